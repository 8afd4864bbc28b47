package foco.kernels.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.kernels.Attend;
import foco.kernels.dense.Activation;
import foco.kernels.dense.DenseKernel;
import foco.kernels.dense.LayerNorm;
import foco.kernels.dense.Linear;
import foco.kernels.dense.RmsNorm;
import foco.kernels.scalar.ScalarDense;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every vector routine around attention and its scalar twin, on the same input: the same bits. */
class DenseTwinsTest {

    @Test
    void layersOfEveryShape() {
        Random random = new Random(1);
        for (int[] shape : new int[][] {{1, 1, 1}, {3, 5, 40}, {16, 128, 16}, {33, 257, 70}, {300, 130, 33}}) {
            int inputs = shape[1];
            int outputs = shape[2];
            Linear plain = layer(random, inputs, outputs);
            float[] x = Attend.gaussians(random, shape[0] * inputs, 1);
            for (Activation activation : Activation.values()) {
                for (Linear layer : new Linear[] {
                    plain.activated(activation), Linear.gated(plain, layer(random, inputs, outputs), activation)
                }) {
                    float[] y = Attend.gaussians(random, shape[0] * outputs, 1);
                    float[] twin = y.clone();
                    new VectorDense().addLinear(layer, x, 0, shape[0], y, 0);
                    new ScalarDense().addLinear(layer, x, 0, shape[0], twin, 0);
                    assertSame(twin, y, Arrays.toString(shape) + activation);
                    Linear outer = layer(random, outputs, inputs);
                    float[] sum = x.clone();
                    float[] twinSum = x.clone();
                    new VectorDense().addFeedForward(layer, outer, x, 0, shape[0], sum, 0);
                    new ScalarDense().addFeedForward(layer, outer, x, 0, shape[0], twinSum, 0);
                    assertSame(twinSum, sum, "feed-forward " + Arrays.toString(shape) + activation);
                }
            }
        }
    }

    private static Linear layer(Random random, int inputs, int outputs) {
        return new Linear(
                inputs, outputs, Attend.gaussians(random, inputs * outputs, 1), Attend.gaussians(random, outputs, 1));
    }

    @Test
    void activationsOfEveryExponent() {
        int step = 262_139;
        float[] x = new float[(int) ((1L << 32) / step)];
        for (int i = 0; i < x.length; i++) {
            x[i] = Float.intBitsToFloat(i * step);
        }
        for (Activation activation : Activation.values()) {
            float[] y = x.clone();
            float[] twin = x.clone();
            new VectorDense().activate(activation, y, 1, y.length - 1);
            new ScalarDense().activate(activation, twin, 1, y.length - 1);
            assertSame(twin, y, activation.toString());
        }
    }

    @Test
    void normsOfEveryWidth() {
        Random random = new Random(2);
        for (int width : new int[] {1, 5, 64, 65, 100, 384, 1000}) {
            for (float magnitude : new float[] {1, 1e25f, 0}) {
                float[] gain = Attend.gaussians(random, width, 1);
                float[] x = Attend.gaussians(random, 3 * width, magnitude);
                LayerNorm layer = new LayerNorm(gain, Attend.gaussians(random, width, 1), 1e-12);
                DenseKernel vectors = new VectorDense();
                DenseKernel scalars = new ScalarDense();
                float[] y = new float[x.length];
                float[] twin = new float[x.length];
                vectors.normalize(layer, x, 0, 3, y, 0);
                scalars.normalize(layer, x, 0, 3, twin, 0);
                assertSame(twin, y, "layer norm " + width);
                vectors.normalize(new RmsNorm(gain, 1e-6), x, 0, 3, y, 0);
                scalars.normalize(new RmsNorm(gain, 1e-6), x, 0, 3, twin, 0);
                assertSame(twin, y, "RMS norm " + width);
            }
        }
    }

    /** The same on narrower vectors, in JVMs of their own. */
    @ParameterizedTest
    @ValueSource(ints = {128, 256})
    void vectorsOfOtherWidthsHaveTheSameTwins(int bits) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-modules=jdk.incubator.vector",
                        "-Dfoco.vector.bits=" + bits,
                        "-cp",
                        System.getProperty("java.class.path"),
                        DenseTwinsTest.class.getName())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        assertTrue(said.contains("all alike on " + bits + " bits"), said);
    }

    public static void main(String[] arguments) {
        DenseTwinsTest dense = new DenseTwinsTest();
        dense.layersOfEveryShape();
        dense.activationsOfEveryExponent();
        dense.normsOfEveryWidth();
        new SumsTwinsTest().everyLoopForEveryNumberOfRows();
        System.out.println("all alike on " + Lanes.SPECIES.vectorBitSize() + " bits");
    }

    private static void assertSame(float[] expected, float[] actual, String what) {
        for (int i = 0; i < expected.length; i++) {
            assertEquals(Float.floatToIntBits(expected[i]), Float.floatToIntBits(actual[i]), what + " at " + i);
        }
    }
}
