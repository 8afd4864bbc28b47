package foco.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.model.PretrainedModel;
import foco.driver.text.TokenSequence;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/**
 * A random checkpoint through Foco, held against its family's definition in float64, and against what that would give
 * without one of its features: a feature that changes nothing here would not be tested.
 */
final class FamilyCheck {

    /** float32 over some layers, relative to the largest number. */
    private static final double TOLERANCE = 1e-5;
    /** What a feature has to change, likewise. */
    private static final double FELT = 1e-2;

    private final RandomCheckpoint checkpoint;
    private final Reference reference;
    private final List<TokenSequence> documents;
    private final float[][] actual;

    /** A family's definition. */
    interface Reference {

        /**
         * The last hidden states, {@code [tokens][width]}.
         *
         * @param config as in {@code config.json}
         * @param weights by the names that the checkpoint has
         */
        double[][] hidden(Map<String, Object> config, Map<String, float[]> weights, int... ids);
    }

    private FamilyCheck(
            RandomCheckpoint checkpoint, Reference reference, List<TokenSequence> documents, float[][] actual) {
        this.checkpoint = checkpoint;
        this.reference = reference;
        this.documents = documents;
        this.actual = actual;
    }

    /** Computes the hidden states of documents of several lengths at once, and compares them. */
    static FamilyCheck of(
            SparkSession spark,
            Path folder,
            int shards,
            RandomCheckpoint checkpoint,
            Reference reference,
            int... lengths)
            throws IOException {
        PretrainedModel model = checkpoint.open(folder, shards);
        List<TokenSequence> documents = RandomCheckpoint.documents(lengths);
        FamilyCheck check = new FamilyCheck(checkpoint, reference, documents, last(spark, model, documents, "auto"));
        check.matches("layer by layer");
        new FamilyCheck(checkpoint, reference, documents, last(spark, model, documents, "by-sequence"))
                .matches("document by document");
        return check;
    }

    private static float[][] last(
            SparkSession spark, PretrainedModel model, List<TokenSequence> documents, String strategy) {
        return Encoded.last(spark.sparkContext(), model, documents, Map.of("spark.foco.strategy", strategy));
    }

    private void matches(String way) {
        for (int d = 0; d < documents.size(); d++) {
            double error = error(d, checkpoint.config(), checkpoint.values());
            assertTrue(
                    error <= TOLERANCE,
                    "%s, document %d of %d tokens is off by %.2e"
                            .formatted(way, d, documents.get(d).length(), error));
        }
    }

    /** Fails unless the result differs from that of another configuration: keys and values by turns. */
    FamilyCheck feels(String feature, Object... changes) {
        Map<String, Object> changed = new HashMap<>(checkpoint.config());
        for (int i = 0; i < changes.length; i += 2) {
            changed.put((String) changes[i], changes[i + 1]);
        }
        return feels(feature, changed, checkpoint.values());
    }

    /** Fails unless the result differs from that of tensors whose names end so being constant. */
    FamilyCheck feelsTensors(String ending, float instead) {
        Map<String, float[]> changed = new HashMap<>(checkpoint.values());
        changed.replaceAll((name, values) -> name.endsWith(ending) ? constant(values.length, instead) : values);
        return feels(ending, checkpoint.config(), changed);
    }

    private static float[] constant(int length, float value) {
        float[] all = new float[length];
        Arrays.fill(all, value);
        return all;
    }

    private FamilyCheck feels(String feature, Map<String, Object> config, Map<String, float[]> weights) {
        double error = 0;
        for (int d = 0; d < documents.size(); d++) {
            error = Math.max(error, error(d, config, weights));
        }
        assertTrue(error >= FELT, "%s changes the result by %.2e only".formatted(feature, error));
        return this;
    }

    /** The largest difference, relative to the largest number of the reference. */
    private double error(int document, Map<String, Object> config, Map<String, float[]> weights) {
        double[][] expected =
                reference.hidden(config, weights, documents.get(document).ids());
        int width = expected[0].length;
        assertEquals(expected.length * width, actual[document].length);
        double largest = 0;
        double worst = 0;
        for (int t = 0; t < expected.length; t++) {
            for (int i = 0; i < width; i++) {
                largest = Math.max(largest, Math.abs(expected[t][i]));
                double difference = Math.abs(expected[t][i] - actual[document][t * width + i]);
                worst = difference <= worst ? worst : difference; // NaN is worst
            }
        }
        return Double.isNaN(worst) ? Double.POSITIVE_INFINITY : worst / largest;
    }
}
