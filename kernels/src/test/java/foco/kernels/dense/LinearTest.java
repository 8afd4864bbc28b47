package foco.kernels.dense;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.kernels.Attend;
import foco.kernels.machine.Kernels;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinearTest {

    /** Of the sum of magnitudes that a number is made of. */
    private static final double ROUNDED = 1e-6;

    @ParameterizedTest
    @CsvSource({"1,1,1", "5,384,384", "300,20,33", "17,500,7", "70,3000,40", "3,129,16"})
    void aLayerIsAMatrixProductAndABias(int rows, int inputs, int outputs) {
        for (float magnitude : new float[] {1, 1e15f, 1e-15f}) {
            Random random = new Random(7);
            float[] x = Attend.gaussians(random, rows * inputs, magnitude);
            float[] weights = Attend.gaussians(random, inputs * outputs, magnitude);
            float[] bias = Attend.gaussians(random, outputs, magnitude);
            float[] y = Kernels.dense().linear(new Linear(inputs, outputs, weights, bias), x, rows);
            float[] turned = new float[weights.length];
            for (int i = 0; i < inputs; i++) {
                for (int j = 0; j < outputs; j++) {
                    turned[j * inputs + i] = weights[i * outputs + j];
                }
            }
            assertArrayEquals(y, Kernels.dense().linear(Linear.transposed(inputs, outputs, turned, bias), x, rows), 0f);
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < outputs; j++) {
                    double expected = bias[j];
                    double sum = Math.abs(bias[j]);
                    for (int e = 0; e < inputs; e++) {
                        double product = (double) x[i * inputs + e] * weights[e * outputs + j];
                        expected += product;
                        sum += Math.abs(product);
                    }
                    assertEquals(expected, y[i * outputs + j], ROUNDED * sum);
                }
            }
        }
    }

    @Test
    void anActivationFollowsAGateMultipliesAndAResidualIsAddedTo() {
        int rows = 37;
        int inputs = 150;
        int outputs = 41;
        Random random = new Random(3);
        Linear gate = random(random, inputs, outputs);
        Linear up = random(random, inputs, outputs);
        DenseKernel kernel = Kernels.dense();
        float[] x = Attend.gaussians(random, rows * inputs, 1);
        float[] g = kernel.linear(gate, x, rows);
        float[] u = kernel.linear(up, x, rows);
        for (Activation activation : Activation.values()) {
            float[] activated = g.clone();
            kernel.activate(activation, activated, 0, activated.length);
            assertArrayEquals(activated, kernel.linear(gate.activated(activation), x, rows), 0f);
            float[] gated = activated.clone();
            float[] added = new float[gated.length + 5];
            Arrays.fill(added, 3);
            kernel.addLinear(Linear.gated(gate, up, activation), x, 0, rows, added, 5);
            float[] actual = kernel.linear(Linear.gated(gate, up, activation), x, rows);
            for (int i = 0; i < gated.length; i++) {
                gated[i] *= u[i];
                assertEquals(gated[i] + 3, added[i + 5], 0f);
            }
            assertArrayEquals(gated, actual, 0f);
            assertEquals(3, added[4]);
        }
    }

    /** To the bit, whatever stands beside it: rows alone, in odd parts, beyond a strip. */
    @Test
    void aRowDoesNotDependOnHowRowsAreCut() {
        int rows = 300;
        int inputs = 301;
        Linear layer = random(new Random(5), inputs, 20).activated(Activation.GELU);
        float[] x = Attend.gaussians(new Random(6), rows * inputs, 1);
        float[] whole = Kernels.dense().linear(layer, x, rows);
        float[] cut = new float[whole.length];
        DenseKernel kernel = Kernels.dense();
        int[] parts = {1, 2, 16, 5, 257, 19};
        int from = 0;
        for (int part : parts) {
            kernel.linear(layer, x, from * inputs, part, cut, from * layer.outputs());
            from += part;
        }
        assertEquals(rows, from);
        assertArrayEquals(whole, cut);
    }

    /** To the bit, though the inner layer is computed the other way round. */
    @ParameterizedTest
    @CsvSource({"1,1,1,1", "37,150,41,20", "300,20,33,17", "90,130,300,50", "81,384,1536,384", "33,40,1700,3"})
    void aFeedForwardIsItsTwoLayersOneAfterTheOther(int rows, int inputs, int between, int outputs) {
        Random random = new Random(13);
        Linear plain = random(random, inputs, between);
        Linear other = random(random, inputs, between);
        Linear outer = random(random, between, outputs);
        float[] x = Attend.gaussians(random, rows * inputs + 3, 1);
        float[] residual = Attend.gaussians(random, rows * outputs + 5, 1);
        DenseKernel kernel = Kernels.dense();
        for (Activation activation : Activation.values()) {
            for (Linear inner : List.of(plain.activated(activation), Linear.gated(plain, other, activation))) {
                float[] hidden = new float[rows * between];
                kernel.linear(inner, x, 3, rows, hidden, 0);
                float[] expected = residual.clone();
                kernel.addLinear(outer, hidden, 0, rows, expected, 5);
                float[] actual = residual.clone();
                kernel.addFeedForward(inner, outer, x, 3, rows, actual, 5);
                assertArrayEquals(expected, actual, activation + (inner.isGated() ? ", gated" : ""));
            }
        }
    }

    @Test
    void layersOfTheSameRowsAreEachItsOwn() {
        int rows = 300;
        int inputs = 600;
        Random random = new Random(17);
        List<Linear> layers = List.of(
                random(random, inputs, 64),
                random(random, inputs, 17).activated(Activation.GELU),
                random(random, inputs, 3));
        float[] x = Attend.gaussians(random, rows * inputs + 7, 1);
        float[][] y =
                layers.stream().map(layer -> new float[rows * layer.outputs()]).toArray(float[][]::new);
        DenseKernel kernel = Kernels.dense();
        kernel.linears(layers, x, 7, rows, y);
        for (int l = 0; l < y.length; l++) {
            float[] expected = new float[y[l].length];
            kernel.linear(layers.get(l), x, 7, rows, expected, 0);
            assertArrayEquals(expected, y[l]);
        }
    }

    /** What an earlier call left in its working memory is no concern of the next. */
    @Test
    void aKernelForgetsTheRowsBefore() {
        Linear layer = random(new Random(5), 7, 20);
        DenseKernel kernel = Kernels.dense();
        float[] spoiled = new float[40 * 7];
        Arrays.fill(spoiled, Float.NaN);
        kernel.linear(layer, spoiled, 40);
        float[] x = Attend.gaussians(new Random(6), 3 * 7, 1);
        assertArrayEquals(Kernels.dense().linear(layer, x, 3), kernel.linear(layer, x, 3));
        Linear outer = random(new Random(7), 20, 7);
        kernel.addFeedForward(layer, outer, spoiled, 0, 40, new float[40 * 7], 0);
        float[] expected = new float[3 * 7];
        Kernels.dense().addFeedForward(layer, outer, x, 0, 3, expected, 0);
        float[] actual = new float[3 * 7];
        kernel.addFeedForward(layer, outer, x, 0, 3, actual, 0);
        assertArrayEquals(expected, actual);
    }

    @Test
    void whatIsNoNumberShows() {
        int inputs = 40;
        float[] x = new float[3 * inputs];
        x[inputs + 3] = Float.NaN;
        float[] ones = new float[inputs * 20];
        Arrays.fill(ones, 1);
        for (Activation activation : Activation.values()) {
            float[] y = Kernels.dense().linear(new Linear(inputs, 20, ones, new float[20]).activated(activation), x, 3);
            for (int j = 0; j < 20; j++) {
                assertEquals(0, y[j]);
                assertTrue(Float.isNaN(y[20 + j]), activation + " " + y[20 + j]);
                assertEquals(0, y[40 + j]);
            }
        }
    }

    @Test
    void layersAndEmbeddingsAreTheSameOnceWrittenAndRead() throws Exception {
        Linear layer = Linear.gated(random(new Random(1), 30, 20), random(new Random(2), 30, 20), Activation.SILU);
        float[] x = Attend.gaussians(new Random(6), 4 * 30, 1);
        assertArrayEquals(Kernels.dense().linear(layer, x, 4), Kernels.dense().linear(copy(layer), x, 4));
        Embedding table = new Embedding(3, Attend.gaussians(new Random(8), 30, 1));
        float[] expected = new float[9];
        float[] actual = new float[9];
        table.look(new int[] {9, 0, 4}, expected, 0);
        copy(table).look(new int[] {9, 0, 4}, actual, 0);
        assertArrayEquals(expected, actual);
    }

    @SuppressWarnings("unchecked")
    private static <T> T copy(T written) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(written);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (T) in.readObject();
        }
    }

    @Test
    void anEmbeddingGivesAndAddsTheRowsThatAreAskedFor() {
        Embedding table = new Embedding(2, new float[] {0, 1, 2, 3, 4, 5});
        float[] y = new float[7];
        table.look(new int[] {2, 0, 2}, y, 1);
        assertArrayEquals(new float[] {0, 4, 5, 0, 1, 4, 5}, y);
        table.add(new int[] {1, 1, 0}, y, 1);
        assertArrayEquals(new float[] {0, 6, 8, 2, 4, 4, 6}, y);
        for (int id : new int[] {-1, 3}) {
            IllegalArgumentException refused =
                    assertThrows(IllegalArgumentException.class, () -> table.look(new int[] {0, id}, new float[4], 0));
            assertEquals("Token 1 asks for row " + id + " of an embedding of rows 0 to 2.", refused.getMessage());
        }
        assertThrows(IllegalArgumentException.class, () -> new Embedding(2, new float[3]));
    }

    @Test
    void weightsThatDoNotFitTheWidthsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Linear(3, 4, new float[11], new float[4]));
        assertThrows(IllegalArgumentException.class, () -> new Linear(3, 4, new float[12], new float[3]));
        assertThrows(IllegalArgumentException.class, () -> Linear.transposed(3, 4, new float[11], new float[4]));
        Linear layer = random(new Random(1), 3, 4);
        assertThrows(
                IllegalArgumentException.class,
                () -> Linear.gated(layer, random(new Random(1), 3, 5), Activation.SILU));
        assertThrows(
                IllegalArgumentException.class,
                () -> Linear.gated(layer, layer.activated(Activation.GELU), Activation.SILU));
    }

    static Linear random(Random random, int inputs, int outputs) {
        return new Linear(
                inputs, outputs, Attend.gaussians(random, inputs * outputs, 1), Attend.gaussians(random, outputs, 1));
    }
}
