package foco.models;

import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.block.TokenBlock;
import foco.driver.block.TokenBlocks;
import foco.driver.model.ForwardPass;
import foco.driver.model.PretrainedModel;
import foco.driver.settings.FocoConf;
import foco.driver.text.Document;
import foco.driver.text.PositionMode;
import foco.driver.text.TokenSequence;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;

/** Texts through a model, gathered. */
final class Encoded {

    private Encoded() {}

    /** The sequences of texts. */
    static List<TokenSequence> sequences(PretrainedModel model, PositionMode mode, List<String> texts) {
        List<Document> documents = IntStream.range(0, texts.size())
                .mapToObj(t -> new Document("text " + t, texts.get(t)))
                .toList();
        return model.sequences(documents, mode);
    }

    /** The last hidden states of each sequence, {@code [tokens, width]}. */
    static float[][] last(
            SparkContext spark, PretrainedModel model, List<TokenSequence> sequences, Map<String, String> settings) {
        int layers = model.transformer().shape().layers();
        return states(spark, model, sequences, settings, Set.of(layers)).get(layers);
    }

    /** Hidden states, by their numbers, of each sequence. */
    static Map<Integer, float[][]> states(
            SparkContext spark,
            PretrainedModel model,
            List<TokenSequence> sequences,
            Map<String, String> settings,
            Set<Integer> wanted) {
        FocoConf conf = FocoConf.of(spark, settings);
        int width = model.transformer().shape().width();
        Map<Integer, float[][]> gathered = new TreeMap<>();
        new ForwardPass(spark, conf, model, sequences)
                .run(wanted, Set.of(), (layer, hidden) -> gathered.put(layer, gather(hidden, sequences, width)));
        return gathered;
    }

    private static float[][] gather(TokenBlocks hidden, List<TokenSequence> sequences, int width) {
        float[][] all =
                sequences.stream().map(s -> new float[s.length() * width]).toArray(float[][]::new);
        for (TokenBlock block : hidden.blocks().collect()) {
            System.arraycopy(
                    block.columns()[0],
                    0,
                    all[Integer.parseInt(block.sequence())],
                    Math.toIntExact(block.firstPosition() * width),
                    block.rows() * width);
        }
        return all;
    }

    /** Fails unless each number is as near as {@code tolerance} times the largest of what is expected. */
    static void assertClose(double tolerance, String what, float[] expected, float[] actual) {
        double largest = IntStream.range(0, expected.length)
                .mapToDouble(i -> Math.abs(expected[i]))
                .max()
                .orElseThrow();
        double worst = IntStream.range(0, expected.length)
                .mapToDouble(i -> Math.abs((double) expected[i] - actual[i]))
                .max()
                .orElseThrow();
        assertTrue(
                expected.length == actual.length && worst <= tolerance * largest,
                "%s: %d and %d numbers, off by %.2e of the largest, %.2f"
                        .formatted(what, expected.length, actual.length, worst / largest, largest));
    }
}
