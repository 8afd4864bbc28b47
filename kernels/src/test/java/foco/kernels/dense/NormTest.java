package foco.kernels.dense;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import foco.kernels.Attend;
import foco.kernels.machine.Kernels;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NormTest {

    private static final int[] WIDTHS = {1, 3, 63, 64, 100, 384, 1500};

    /** Rows far from 0, whose variance cancels; huge and tiny ones, whose squares leave float32; one of all alike. */
    @Test
    void layerNormIsThatOfFloat64HoweverFarOrLargeARow() {
        for (int width : WIDTHS) {
            Random random = new Random(width);
            float[] gain = Attend.gaussians(random, width, 1);
            float[] bias = Attend.gaussians(random, width, 1);
            for (double epsilon : new double[] {1e-12, 1e-5}) {
                for (float[] shape : new float[][] {
                    {0, 1}, {1e4f, 1}, {-3e6f, 40}, {0, 1e25f}, {1e30f, 1e30f}, {0, 1e-25f}, {7, 0}, {1e38f, 1}
                }) {
                    float[] x = Attend.gaussians(random, width, shape[1]);
                    for (int j = 0; j < width; j++) {
                        x[j] += shape[0];
                    }
                    float[] y = new float[width];
                    Kernels.dense().normalize(new LayerNorm(gain, bias, epsilon), x, 0, 1, y, 0);
                    double mean = mean(x, 0, 1);
                    double factor = 1 / Math.sqrt(mean(x, mean, 2) + epsilon);
                    for (int j = 0; j < width; j++) {
                        double normal = (x[j] - mean) * factor;
                        double expected = normal * gain[j] + bias[j];
                        double size = Math.abs(normal * gain[j]) + Math.abs(bias[j]);
                        assertEquals(
                                expected,
                                y[j],
                                1e-6 * size + 1e-6 * Math.abs(gain[j]),
                                width + " " + Arrays.toString(shape));
                    }
                }
            }
        }
    }

    @Test
    void rmsNormIsThatOfFloat64HoweverLargeARow() {
        for (int width : WIDTHS) {
            Random random = new Random(width);
            float[] gain = Attend.gaussians(random, width, 1);
            for (float magnitude : new float[] {1, 1e30f, 1e-25f, 0}) {
                float[] x = Attend.gaussians(random, width, magnitude);
                float[] y = new float[width + 3];
                Kernels.dense().normalize(new RmsNorm(gain, 1e-6), x, 0, 1, y, 3);
                float[] gemma = new float[width];
                Kernels.dense().normalize(RmsNorm.plusOne(gain, 1e-6), x, 0, 1, gemma, 0);
                double factor = 1 / Math.sqrt(mean(x, 0, 2) + 1e-6);
                for (int j = 0; j < width; j++) {
                    double normal = x[j] * factor;
                    assertEquals(normal * gain[j], y[j + 3], 1e-6 * Math.abs(normal));
                    assertEquals(normal * (1 + (double) gain[j]), gemma[j], 1e-6 * Math.abs(normal));
                }
            }
        }
    }

    @Test
    void rowsAreNormalisedOneByOneInPlaceToo() {
        Random random = new Random(2);
        int width = 77;
        Norm norm = new LayerNorm(Attend.gaussians(random, width, 1), Attend.gaussians(random, width, 1), 1e-5);
        float[] x = Attend.gaussians(random, 5 * width, 1);
        float[] y = x.clone();
        Kernels.dense().normalize(norm, y, width, 3, y, width);
        for (int row = 0; row < 5; row++) {
            float[] expected = Arrays.copyOfRange(x, row * width, (row + 1) * width);
            if (row >= 1 && row < 4) {
                Kernels.dense().normalize(norm, expected.clone(), 0, 1, expected, 0);
            }
            assertArrayEquals(expected, Arrays.copyOfRange(y, row * width, (row + 1) * width));
        }
    }

    @Test
    void normsThatDoNotFitAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new LayerNorm(new float[3], new float[2], 1e-5));
        assertThrows(IllegalArgumentException.class, () -> new LayerNorm(new float[3], new float[3], 0));
        assertThrows(IllegalArgumentException.class, () -> new RmsNorm(new float[0], 1e-5));
        assertThrows(IllegalArgumentException.class, () -> new RmsNorm(new float[3], Double.NaN));
    }

    private static double mean(float[] x, double from, int power) {
        double sum = 0;
        for (float number : x) {
            sum += Math.pow(number - from, power);
        }
        return sum / x.length;
    }
}
