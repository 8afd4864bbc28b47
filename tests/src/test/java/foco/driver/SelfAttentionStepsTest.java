package foco.driver;

import static org.apache.spark.sql.functions.col;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.table.TokenRow;
import foco.kernels.AttentionSpec;
import foco.kernels.dense.Linear;
import foco.testing.SparkTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** Self-attention as it is taught, each step beside its formula in float64 written out. */
@SparkTest
class SelfAttentionStepsTest {

    private static final int TOKENS = 300;
    private static final int MODEL = 20;
    private static final int HEADS = 3;
    private static final int KEY_WIDTH = 4;
    private static final int VALUE_WIDTH = 5;
    private static final AttentionSpec SPEC = AttentionSpec.of(HEADS, KEY_WIDTH).withValueWidth(VALUE_WIDTH);

    private final Random random = new Random(12);
    private final double[][] embeddings = doubles(Tokens.gaussians(random, TOKENS * MODEL), MODEL);

    /** A learned matrix with its bias, for Foco and for the formulas. */
    private final class Learned {
        final double[][] weights;
        final double[] bias;
        final Linear layer;

        Learned(int inputs, int outputs) {
            float[] w = Tokens.gaussians(random, inputs * outputs);
            float[] b = Tokens.gaussians(random, outputs);
            weights = doubles(w, outputs);
            bias = doubles(b, outputs)[0];
            layer = new Linear(inputs, outputs, w, b);
        }

        double[][] times(double[][] x) {
            double[][] y = product(x, weights);
            for (double[] row : y) {
                for (int j = 0; j < row.length; j++) {
                    row[j] += bias[j];
                }
            }
            return y;
        }
    }

    private final Learned query = new Learned(MODEL, HEADS * KEY_WIDTH);
    private final Learned key = new Learned(MODEL, HEADS * KEY_WIDTH);
    private final Learned value = new Learned(MODEL, HEADS * VALUE_WIDTH);
    private final Learned output = new Learned(HEADS * VALUE_WIDTH, MODEL);

    @Test
    void everyStepMatchesItsFormula(SparkSession spark) {
        MultiHeadAttention attention = MultiHeadAttention.of(SPEC, query.layer, key.layer, value.layer, output.layer);

        // Each token's embedding, times three learned matrices: queries, keys, values.
        Dataset<Row> projected = attention.project(table(spark)).cache();
        double[][] q = query.times(embeddings);
        double[][] k = key.times(embeddings);
        double[][] v = value.times(embeddings);
        assertClose(q, rows(projected, "query"));
        assertClose(k, rows(projected, "key"));
        assertClose(v, rows(projected, "value"));

        try (AttentionResult result = attention.attend(projected)) {
            double[][] concatenated = new double[TOKENS][HEADS * VALUE_WIDTH];
            for (int h = 0; h < HEADS; h++) {
                // Scores: dot products over sqrt(d_k). Weights: their softmax, row by row.
                double[][] weights = softmax(scores(q, k, h));
                assertClose(
                        new double[][] {weights[42]},
                        new double[][] {doubles(result.weights("0", 42).get(h).weights(), TOKENS)[0]});
                // The values, summed by those weights; the heads side by side.
                double[][] head = product(weights, columns(v, h * VALUE_WIDTH, VALUE_WIDTH));
                for (int i = 0; i < TOKENS; i++) {
                    System.arraycopy(head[i], 0, concatenated[i], h * VALUE_WIDTH, VALUE_WIDTH);
                }
            }
            assertClose(concatenated, rows(result.rows(), "output"));

            // Concatenated heads, projected.
            assertClose(output.times(concatenated), rows(attention.output(result), "output"));
        }
    }

    @Test
    void projectionsThatDoNotFitTheSpecAreRefused() {
        IllegalArgumentException thrown = assertThrows(
                IllegalArgumentException.class,
                () -> MultiHeadAttention.of(SPEC, query.layer, value.layer, value.layer, output.layer));
        assertEquals("W_K is 15 wide, where 12 is due.", thrown.getMessage());
    }

    private Dataset<Row> table(SparkSession spark) {
        List<TokenRow> rows = new ArrayList<>();
        for (int i = TOKENS - 1; i >= 0; i--) {
            TokenRow row = new TokenRow();
            row.setPosition(i);
            float[] embedding = new float[MODEL];
            for (int j = 0; j < MODEL; j++) {
                embedding[j] = (float) embeddings[i][j];
            }
            row.setFirst(embedding);
            rows.add(row);
        }
        return spark.createDataset(rows, Encoders.bean(TokenRow.class))
                .select(col("position"), col("first").as("embedding"));
    }

    private static double[][] scores(double[][] q, double[][] k, int h) {
        double[][] keys = columns(k, h * KEY_WIDTH, KEY_WIDTH);
        double[][] transposed = new double[KEY_WIDTH][TOKENS];
        for (int j = 0; j < TOKENS; j++) {
            for (int e = 0; e < KEY_WIDTH; e++) {
                transposed[e][j] = keys[j][e] / Math.sqrt(KEY_WIDTH);
            }
        }
        return product(columns(q, h * KEY_WIDTH, KEY_WIDTH), transposed);
    }

    private static double[][] softmax(double[][] scores) {
        double[][] weights = new double[scores.length][scores[0].length];
        for (int i = 0; i < scores.length; i++) {
            double sum = 0;
            for (double s : scores[i]) {
                sum += Math.exp(s);
            }
            for (int j = 0; j < scores[i].length; j++) {
                weights[i][j] = Math.exp(scores[i][j]) / sum;
            }
        }
        return weights;
    }

    private static double[][] product(double[][] a, double[][] b) {
        double[][] c = new double[a.length][b[0].length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < b[0].length; j++) {
                for (int e = 0; e < b.length; e++) {
                    c[i][j] += a[i][e] * b[e][j];
                }
            }
        }
        return c;
    }

    private static double[][] columns(double[][] rows, int from, int width) {
        double[][] columns = new double[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            columns[i] = Arrays.copyOfRange(rows[i], from, from + width);
        }
        return columns;
    }

    private static double[][] doubles(float[] values, int width) {
        double[][] rows = new double[values.length / width][width];
        for (int i = 0; i < values.length; i++) {
            rows[i / width][i % width] = values[i];
        }
        return rows;
    }

    private static double[][] rows(Dataset<Row> table, String column) {
        List<Row> rows = table.orderBy("position").select(column).collectAsList();
        double[][] values = new double[rows.size()][];
        for (int i = 0; i < values.length; i++) {
            List<Float> row = rows.get(i).getList(0);
            values[i] = row.stream().mapToDouble(Float::doubleValue).toArray();
        }
        return values;
    }

    /** By the largest element: queries and keys are rounded to float32, and scores reach 60. */
    private static void assertClose(double[][] expected, double[][] actual) {
        assertEquals(expected.length, actual.length);
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            for (int j = 0; j < expected[i].length; j++) {
                largest = Math.max(largest, Math.abs(expected[i][j]));
                difference = Math.max(difference, Math.abs(expected[i][j] - actual[i][j]));
            }
        }
        assertTrue(difference <= 2e-5 * largest, difference + " beside " + largest);
    }
}
