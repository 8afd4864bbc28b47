package foco.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import foco.driver.block.InvalidInputException;
import foco.driver.file.SafetensorsWriter.Type;
import foco.driver.file.TensorFlowVariables;
import foco.driver.model.PretrainedModel;
import foco.driver.text.PositionMode;
import foco.driver.text.Token;
import foco.driver.text.Tokenizer;
import foco.driver.text.WordPieceVocabulary;
import foco.testing.SparkTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A BERT in TensorFlow's variables, with {@code vocab.txt}: the same as one in a Hugging Face folder. */
@SparkTest
class TensorFlowFilesTest {

    private static final String INDEX = "variables/variables.index";
    private static final String DATA = "variables/variables.data-00000-of-00001";

    private static byte[] minilm;
    private static List<String> pieces;

    @TempDir
    private Path folder;

    private SmallBert bert;
    private TensorFlowFolder written;

    @BeforeAll
    static void readVocabulary() throws IOException {
        PretrainedModel model = PretrainedModel.open(PretrainedModel.MINILM, new Configuration(false));
        minilm = model.tokenizerJson();
        try (Tokenizer tokenizer = model.tokenizer()) {
            pieces = List.of(tokenizer.pieces());
        }
    }

    @BeforeEach
    void write() throws IOException {
        bert = new SmallBert(pieces.size(), 3);
        written = new TensorFlowFolder(folder.resolve("tf"));
        written.vocabulary("assets/vocab.txt", pieces)
                .graph(SmallBert.HEADS, SmallBert.WIDTH / SmallBert.HEADS, "Erf")
                .variables("variables/variables", "module/", bert.shapes(), bert::weights);
    }

    private static PretrainedModel open(Path folder) throws IOException {
        return PretrainedModel.open(folder.toString(), new Configuration(false));
    }

    private static float[][] last(SparkContext spark, PretrainedModel model) {
        return Encoded.last(
                spark,
                model,
                Encoded.sequences(
                        model, PositionMode.REFUSE, List.of("The bank was dirty, so I went to the bank.", "Água.")),
                Map.of());
    }

    @Test
    void aSavedModelGivesTheBitsOfAHuggingFaceFolder(SparkSession spark) throws IOException {
        HuggingFaceFolder other = new HuggingFaceFolder(folder.resolve("hf"))
                .config(SmallBert.config(pieces.size()))
                .tokenizer(minilm)
                .weights(bert.shapes(), 1, Type.F32, bert::weights);
        float[][] expected = last(spark.sparkContext(), open(Path.of(other.name())));
        assertArrayEquals(expected, last(spark.sparkContext(), open(folder.resolve("tf"))));
    }

    @Test
    void aCheckpointIsReadByItsConfiguration(SparkSession spark) throws IOException {
        float[][] expected = last(spark.sparkContext(), open(folder.resolve("tf")));
        TensorFlowFolder checkpoint = new TensorFlowFolder(folder.resolve("ckpt"));
        Map<String, Object> config = new HashMap<>(SmallBert.config(pieces.size()));
        config.remove("model_type");
        checkpoint
                .text("bert_config.json", new ObjectMapper().writeValueAsString(config))
                .vocabulary("vocab.txt", pieces)
                .variables("bert_model.ckpt", "", bert.shapes(), bert::weights);
        assertArrayEquals(expected, last(spark.sparkContext(), open(folder.resolve("ckpt"))));
        checkpoint.variables("other.ckpt", "", bert.shapes(), bert::weights);
        assertRefused("ckpt", "holds several checkpoints, ");
    }

    @Test
    void everyVariableIsReadAsItWasWritten() throws IOException {
        TensorFlowVariables variables =
                TensorFlowVariables.open(folder.resolve("tf").resolve(INDEX).toString(), new Configuration(false));
        assertEquals(bert.shapes().size() + 1, variables.names().size());
        String bias = "module/bert/encoder/layer_1/intermediate/dense/bias";
        assertEquals(List.of((long) SmallBert.INNER), variables.shape(bias));
        assertArrayEquals(bert.weights("encoder.layer.1.intermediate.dense.bias"), variables.read(bias));
        assertArrayEquals(new float[] {1, 2}, variables.read("module/bert/embeddings/word_embeddings/adam_m"));
        assertArrayEquals(bert.weights("cls.predictions.bias"), variables.read("module/cls/predictions/output_bias"));
    }

    @Test
    void theVocabularyAloneCutsTextsAsItsTokenizerDoes() {
        assertFalse(new WordPieceVocabulary(String.join("\n", pieces).getBytes(StandardCharsets.UTF_8), "vocab.txt")
                .isCased());
        byte[] json = new WordPieceVocabulary(String.join("\n", pieces).getBytes(StandardCharsets.UTF_8), "vocab.txt")
                .tokenizerJson(Optional.empty());
        for (String text : List.of(
                "O banco da praça estava sujo, então fui ao banco; sacar dinheiro!",
                "The [MASK] of naïveté: 東京 is \t a city\u00a0\u200b... 😀 ok",
                "x".repeat(50))) {
            assertEquals(tokens(minilm, text), tokens(json, text));
        }
    }

    @Test
    void aCasedVocabularyKeepsCapitalsAndAccents() {
        List<String> cased = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "Praça", "praça", "praca", "##s");
        WordPieceVocabulary vocabulary =
                new WordPieceVocabulary(String.join("\n", cased).getBytes(StandardCharsets.UTF_8), "vocab.txt");
        assertTrue(vocabulary.isCased());
        assertEquals(
                List.of("[CLS]", "Praça", "praça", "##s", "praca", "[MASK]", "[UNK]", "[SEP]"),
                pieces(vocabulary.tokenizerJson(Optional.empty()), "Praça praças praca [MASK] rua"));
        assertEquals(
                List.of("[CLS]", "praca", "praca", "[SEP]"),
                pieces(vocabulary.tokenizerJson(Optional.of(true)), "Praça PRAÇA"));
        InvalidInputException refused = assertThrows(
                InvalidInputException.class,
                () -> new WordPieceVocabulary("a\nb\n".getBytes(StandardCharsets.UTF_8), "vocab.txt"));
        assertTrue(refused.getMessage().startsWith("vocab.txt has no line [UNK]"), refused.getMessage());
    }

    private static List<Token> tokens(byte[] json, String text) {
        try (Tokenizer tokenizer = Tokenizer.open(json, "tokenizer.json")) {
            return tokenizer.whole(text).tokens();
        }
    }

    private static List<String> pieces(byte[] json, String text) {
        return tokens(json, text).stream().map(Token::piece).toList();
    }

    @Test
    void filesThatAreDamagedOrMissingAreRefusedByName() throws IOException {
        Path index = folder.resolve("tf").resolve(INDEX);
        Path data = folder.resolve("tf").resolve(DATA);
        byte[] whole = Files.readAllBytes(index);
        byte[] numbers = Files.readAllBytes(data);
        for (int at : IntStream.iterate(3, i -> i < whole.length, i -> i + 97).toArray()) {
            byte[] flipped = whole.clone();
            flipped[at] ^= 4;
            Files.write(index, flipped);
            refusedOrTheSame("tf", at);
        }
        Files.write(index, Arrays.copyOf(whole, whole.length - 5));
        assertRefused("tf", "is no index of TensorFlow variables, or is cut short");
        Files.write(index, whole);
        Files.write(data, Arrays.copyOf(numbers, numbers.length - 1));
        assertRefused("tf", "is cut short: it has %,d bytes".formatted(numbers.length - 1));
        numbers[numbers.length / 2] ^= 1;
        Files.write(data, numbers);
        PretrainedModel model = open(folder.resolve("tf"));
        String told = assertThrows(
                        InvalidInputException.class,
                        () -> model.transformer().tensors().shapes().keySet().forEach(model.weights()::tensor))
                .getMessage();
        assertTrue(told.endsWith("is damaged: its checksum is wrong; copy it again"), told);
        Files.delete(data);
        assertRefused("tf", "does not exist");
        Files.delete(folder.resolve("tf").resolve("saved_model.pb"));
        written.variables("variables/variables", "", bert.shapes(), bert::weights);
        assertRefused("tf", "has neither bert_config.json nor saved_model.pb");
    }

    /** A bit of the file's end may be one that nobody reads. */
    private void refusedOrTheSame(String name, int at) throws IOException {
        try {
            PretrainedModel model = open(folder.resolve(name));
            assertArrayEquals(
                    bert.weights("embeddings.LayerNorm.weight"),
                    model.weights().tensor("embeddings.LayerNorm.weight"),
                    "byte " + at);
        } catch (InvalidInputException e) {
            assertEquals(1, e.getMessage().lines().count(), e.getMessage());
        }
    }

    private void assertRefused(String name, String told) {
        String message = assertThrows(InvalidInputException.class, () -> open(folder.resolve(name)))
                .getMessage();
        assertTrue(message.contains(told), message);
        assertEquals(1, message.lines().count(), message);
    }
}
