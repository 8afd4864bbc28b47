package foco.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import foco.driver.file.SafetensorsWriter.Type;
import foco.driver.model.MaskedWords;
import foco.driver.model.PretrainedModel;
import foco.driver.text.Token;
import foco.driver.text.TokenizedText;
import foco.driver.text.Tokenizer;
import foco.jobs.Foco;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Masked words, as the head of a random model finds them, against float64; and {@code foco fill}. */
class MaskedWordsTest {

    private static final double TOLERANCE = 1e-5;
    private static final int TOP = 7;
    private static final String SENTENCE = "The [MASK] was dirty, so I went to the [MASK].";

    @TempDir
    private Path folder;

    private byte[] tokenizer;
    private int vocabulary;
    private SmallBert bert;

    @BeforeEach
    void readTokenizer() throws IOException {
        PretrainedModel minilm = PretrainedModel.open(PretrainedModel.MINILM, new Configuration(false));
        tokenizer = minilm.tokenizerJson();
        vocabulary = minilm.transformer().shape().vocabulary();
        bert = new SmallBert(vocabulary, 5);
    }

    private PretrainedModel write(Map<String, Object> config, Map<String, String> names) throws IOException {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        Map<String, String> own = new HashMap<>();
        bert.shapes().forEach((name, shape) -> {
            String renamed = names.entrySet().stream()
                    .filter(entry -> name.startsWith(entry.getKey()))
                    .findFirst()
                    .map(entry ->
                            entry.getValue() + name.substring(entry.getKey().length()))
                    .orElse(name);
            shapes.put(renamed, shape);
            own.put(renamed, name);
        });
        HuggingFaceFolder written = new HuggingFaceFolder(folder.resolve("bert"))
                .config(config)
                .tokenizer(tokenizer)
                .weights(shapes, 1, Type.F32, name -> bert.weights(own.get(name)));
        return PretrainedModel.open(written.name(), new Configuration(false));
    }

    private static TokenizedText text(PretrainedModel model) {
        try (Tokenizer opened = model.tokenizer()) {
            return opened.whole(SENTENCE);
        }
    }

    @Test
    void probabilitiesAreThoseOfThePaper() throws IOException {
        assertPapers(write(SmallBert.config(vocabulary), Map.of()), 0, true);
    }

    /** Its places begin behind those of the padding token. */
    @Test
    void aRobertasHeadIsFoundUnderItsNames() throws IOException {
        Map<String, Object> config = new HashMap<>(SmallBert.config(vocabulary));
        config.put("model_type", "roberta");
        config.put("pad_token_id", 1);
        Map<String, String> names = Map.of(
                "embeddings.", "roberta.embeddings.",
                "encoder.", "roberta.encoder.",
                "cls.predictions.transform.dense", "lm_head.dense",
                "cls.predictions.transform.LayerNorm", "lm_head.layer_norm",
                "cls.predictions.bias", "lm_head.bias");
        assertPapers(write(config, names), 2, true);
    }

    /** It has no types of tokens. */
    @Test
    void aDistilBertsHeadIsFoundUnderItsNames() throws IOException {
        Map<String, Object> config = Map.of(
                "model_type", "distilbert",
                "vocab_size", vocabulary,
                "max_position_embeddings", SmallBert.PLACES,
                "dim", SmallBert.WIDTH,
                "n_layers", SmallBert.LAYERS,
                "n_heads", SmallBert.HEADS,
                "hidden_dim", SmallBert.INNER,
                "activation", "gelu");
        Map<String, String> names = new HashMap<>(Map.of(
                "cls.predictions.transform.dense", "vocab_transform",
                "cls.predictions.transform.LayerNorm", "vocab_layer_norm",
                "cls.predictions.bias", "vocab_projector.bias"));
        for (int l = 0; l < SmallBert.LAYERS; l++) {
            String from = "encoder.layer.%d.".formatted(l);
            String to = "transformer.layer.%d.".formatted(l);
            names.put(from + "attention.self.query", to + "attention.q_lin");
            names.put(from + "attention.self.key", to + "attention.k_lin");
            names.put(from + "attention.self.value", to + "attention.v_lin");
            names.put(from + "attention.output.dense", to + "attention.out_lin");
            names.put(from + "attention.output.LayerNorm", to + "sa_layer_norm");
            names.put(from + "intermediate.dense", to + "ffn.lin1");
            names.put(from + "output.dense", to + "ffn.lin2");
            names.put(from + "output.LayerNorm", to + "output_layer_norm");
        }
        assertPapers(write(config, names), 0, false);
    }

    private void assertPapers(PretrainedModel model, int firstPlace, boolean types) throws IOException {
        TokenizedText text = text(model);
        Map<Integer, List<MaskedWords.Guess>> found = MaskedWords.of(model).find(text, TOP);
        assertEquals(List.of(2, 11), List.copyOf(found.keySet()));
        int[] ids = text.tokens().stream().mapToInt(Token::id).toArray();
        double[][] hidden = bert.hidden(firstPlace, types, ids);
        found.forEach((position, guesses) -> {
            double[] expected = bert.words(hidden[position]);
            List<Integer> best = IntStream.range(0, expected.length)
                    .boxed()
                    .sorted((a, b) -> Double.compare(expected[b], expected[a]))
                    .limit(TOP)
                    .toList();
            assertEquals(best, guesses.stream().map(MaskedWords.Guess::id).toList());
            guesses.forEach(guess ->
                    assertEquals(expected[guess.id()], guess.probability(), TOLERANCE * expected[best.get(0)]));
        });
    }

    @Test
    void theCommandPrintsThemForPeopleAndForPrograms() throws IOException {
        PretrainedModel model = write(SmallBert.config(vocabulary), Map.of());
        List<MaskedWords.Guess> guesses =
                MaskedWords.of(model).find(text(model), 3).get(11);
        List<String> lines =
                foco(0, SENTENCE, "--model", model.name(), "--top", "3").lines().toList();
        assertEquals(8, lines.size(), lines::toString);
        assertEquals("[MASK], token 11 of 14", lines.get(4));
        assertEquals(
                "%4d%8.2f%%  %s"
                        .formatted(
                                1,
                                100 * guesses.get(0).probability(),
                                guesses.get(0).piece()),
                lines.get(5));
        JsonNode json = new ObjectMapper().readTree(foco(0, SENTENCE, "--model", model.name(), "--json"));
        JsonNode word = json.at("/masked/1/words/2");
        assertEquals(guesses.get(2).id(), word.get("id").asInt());
        assertEquals(guesses.get(2).piece(), word.get("word").asText());
        assertEquals(guesses.get(2).probability(), word.get("probability").asDouble());
        assertEquals(SENTENCE.lastIndexOf("[MASK]"), json.at("/masked/1/start").asInt());
    }

    @Test
    void whatHasNoHeadOrNoMaskIsRefused() throws IOException {
        PretrainedModel model = write(SmallBert.config(vocabulary), Map.of());
        assertTrue(foco(2, "No mask.", "--model", model.name()).contains("the sentence has no [MASK]; write it where"));
        assertTrue(foco(2, SENTENCE).contains("--model is missing"));
        assertTrue(foco(2, SENTENCE, "--model", model.name(), "--top", "0").contains("--top must be 1 or more"));
        String told = foco(1, SENTENCE, "--model", "minilm");
        assertTrue(
                told.contains("minilm holds no head that finds masked words (there is no tensor cls.predictions."),
                told);
        String long_ = foco(1, SENTENCE + " and".repeat(SmallBert.PLACES), "--model", model.name());
        assertTrue(long_.contains("has learned 64 places; take a shorter text"), long_);
    }

    private static String foco(int code, String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] all = Stream.concat(Stream.of("fill"), Stream.of(words)).toArray(String[]::new);
        assertEquals(code, Foco.run(new PrintWriter(out), new PrintWriter(err), all), err.toString());
        return code == 0 ? out.toString() : err.toString();
    }
}
