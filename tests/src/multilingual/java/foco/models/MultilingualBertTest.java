package foco.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.file.TensorFlowVariables;
import foco.driver.model.AttentionSteps;
import foco.driver.model.MaskedWords;
import foco.driver.model.PretrainedModel;
import foco.driver.model.TransformerShape;
import foco.driver.text.PositionMode;
import foco.driver.text.Token;
import foco.driver.text.TokenSequence;
import foco.driver.text.TokenizedText;
import foco.driver.text.Tokenizer;
import foco.jobs.Foco;
import foco.testing.SparkTest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Multilingual BERT as TensorFlow saved it: against its paper in float64, and what the documents say of it. */
@SparkTest
class MultilingualBertTest {

    private static final String SENTENCE = "O banco da praça estava sujo, então fui ao banco sacar dinheiro";
    private static final String CAPITAL = "A capital de Portugal é [MASK].";
    private static final int LAYERS = 12;
    private static final int HEADS = 12;
    private static final int WIDTH = 768;
    private static final int MASK = 6;
    /** float32 over twelve layers, relative to the largest number. */
    private static final double TOLERANCE = 1e-5;

    private static PretrainedModel model;
    private static TensorFlowVariables variables;

    @BeforeAll
    static void open() throws IOException {
        model = MultilingualBert.open();
        variables = TensorFlowVariables.open(
                MultilingualBert.folder().resolve("variables/variables.index").toString(), new Configuration(false));
    }

    @AfterAll
    static void letGo() {
        model = null;
        variables = null;
    }

    private static TokenizedText text(String sentence) {
        try (Tokenizer tokenizer = model.tokenizer()) {
            return tokenizer.whole(sentence);
        }
    }

    @Test
    void itIsAsItsAuthorsDescribeIt() {
        TransformerShape shape = model.transformer().shape();
        assertEquals(
                List.of(119_547, WIDTH, LAYERS, HEADS, 3072, 512),
                List.of(
                        shape.vocabulary(),
                        shape.width(),
                        shape.layers(),
                        shape.heads(),
                        shape.feedForward(),
                        shape.positions().orElseThrow()));
    }

    @Test
    void theSentenceIsCutByItsVocabularyWithCapitalsAndAccents() {
        assertEquals(
                "[CLS] O banco da pra ##ça estava su ##jo , então fu ##i ao banco sac ##ar dinheiro [SEP]",
                String.join(
                        " ", text(SENTENCE).tokens().stream().map(Token::piece).toList()));
    }

    @Test
    void hiddenStatesAndMaskedWordsAreThoseOfThePaperInFloat64(SparkSession spark) throws IOException {
        List<TokenSequence> sequences = Encoded.sequences(model, PositionMode.REFUSE, List.of(SENTENCE, CAPITAL));
        float[][] actual = Encoded.last(spark.sparkContext(), model, sequences, Map.of());
        for (int s = 0; s < actual.length; s++) {
            double[][] expected = hidden(sequences.get(s).ids());
            double largest = 0;
            double worst = 0;
            for (int i = 0; i < actual[s].length; i++) {
                double value = expected[i / WIDTH][i % WIDTH];
                largest = Math.max(largest, Math.abs(value));
                worst = Math.max(worst, Math.abs(value - actual[s][i]));
            }
            assertTrue(worst <= TOLERANCE * largest, "%s is off by %.1e of the largest".formatted(s, worst / largest));
            if (s == 1) {
                assertWords(words(expected[MASK]));
            }
        }
    }

    private static void assertWords(double... expected) throws IOException {
        List<MaskedWords.Guess> guesses =
                MaskedWords.of(model).find(text(CAPITAL), 20).get(MASK);
        assertEquals("Lisboa", guesses.get(0).piece());
        for (MaskedWords.Guess guess : guesses) {
            assertEquals(expected[guess.id()], guess.probability(), TOLERANCE);
        }
    }

    /** BERT's own code takes the activation by its approximation with tanh, and so does this model's graph. */
    private static double gelu(double x) {
        return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
    }

    private static float[] variable(String name) {
        try {
            return variables.read("module/" + name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code x K + b}, with a kernel as TensorFlow keeps it, {@code [inputs, outputs]}. */
    private static double[][] dense(double[][] x, String name) {
        float[] kernel = variable(name + "/kernel");
        float[] bias = variable(name + "/bias");
        double[][] y = new double[x.length][bias.length];
        for (int t = 0; t < x.length; t++) {
            for (int o = 0; o < bias.length; o++) {
                y[t][o] = bias[o];
            }
            for (int i = 0; i < x[t].length; i++) {
                for (int o = 0; o < bias.length; o++) {
                    y[t][o] += x[t][i] * kernel[i * bias.length + o];
                }
            }
        }
        return y;
    }

    private static double[][] norm(double[][] x, String name) {
        return Float64.layerNorm(x, 1e-12, variable(name + "/gamma"), variable(name + "/beta"));
    }

    /** Devlin et al., 2019, by the names of their code. */
    private static double[][] hidden(int... ids) {
        double[][] x = Float64.look(variable("bert/embeddings/word_embeddings"), WIDTH, ids);
        float[] places = variable("bert/embeddings/position_embeddings");
        float[] types = variable("bert/embeddings/token_type_embeddings");
        for (int t = 0; t < ids.length; t++) {
            for (int i = 0; i < WIDTH; i++) {
                x[t][i] += (double) places[t * WIDTH + i] + types[i];
            }
        }
        x = norm(x, "bert/embeddings/LayerNorm");
        for (int l = 0; l < LAYERS; l++) {
            String at = "bert/encoder/layer_%d/".formatted(l);
            double[][] attended = Float64.attend(
                    dense(x, at + "attention/self/query"),
                    dense(x, at + "attention/self/key"),
                    dense(x, at + "attention/self/value"),
                    WIDTH / HEADS,
                    product -> product / Math.sqrt((double) WIDTH / HEADS),
                    (query, key) -> true);
            double[][] y = norm(
                    Float64.plus(x, dense(attended, at + "attention/output/dense")), at + "attention/output/LayerNorm");
            double[][] inner = Float64.map(dense(y, at + "intermediate/dense"), MultilingualBertTest::gelu);
            x = norm(Float64.plus(y, dense(inner, at + "output/dense")), at + "output/LayerNorm");
        }
        return x;
    }

    /** The probability of each word for a masked token. */
    private static double[] words(double... hidden) {
        double[][] y = dense(new double[][] {hidden}, "cls/predictions/transform/dense");
        y = norm(Float64.map(y, MultilingualBertTest::gelu), "cls/predictions/transform/LayerNorm");
        double[] scores = Float64.linear(
                y, variable("bert/embeddings/word_embeddings"), variable("cls/predictions/output_bias"))[0];
        double sum = 0;
        for (double score : scores) {
            sum += Math.exp(score);
        }
        for (int w = 0; w < scores.length; w++) {
            scores[w] = Math.exp(scores[w]) / sum;
        }
        return scores;
    }

    @Test
    void theSecondBancoGivesDinheiroMoreThanHalfOfItsWeightInAHead() {
        TokenizedText text = text(SENTENCE);
        int banco = text.occurrences("banco")[1];
        int dinheiro = text.occurrences("dinheiro")[0];
        double most = 0;
        for (AttentionSteps steps : AttentionSteps.ofEachLayer(model, text)) {
            for (int head = 0; head < HEADS; head++) {
                most = Math.max(most, steps.weight(head, banco, dinheiro));
            }
        }
        assertTrue(most > 0.5, "at most " + most);
    }

    @Test
    void theCommandsPrintWhatStandsInTheDocuments() throws IOException {
        assertStandsInTheDocuments("steps", SENTENCE, "--every-layer");
        assertStandsInTheDocuments("fill", CAPITAL);
    }

    private static void assertStandsInTheDocuments(String command, String sentence, String... options)
            throws IOException {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] words = new String[options.length + 4];
        words[0] = command;
        words[1] = sentence;
        words[2] = "--model";
        words[3] = MultilingualBert.folder().toString();
        System.arraycopy(options, 0, words, 4, options.length);
        assertEquals(0, Foco.run(new PrintWriter(out), new PrintWriter(err), words), err.toString());
        String page = Files.readString(Path.of(System.getProperty("foco.home"), "docs", "masked-words.md"));
        String block = "```text\n%s```".formatted(out.toString().replace(System.lineSeparator(), "\n"));
        assertTrue(page.contains(block), () -> "docs/masked-words.md has not\n" + block);
    }
}
