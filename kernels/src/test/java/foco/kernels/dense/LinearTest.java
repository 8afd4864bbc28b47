package foco.kernels.dense;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import foco.kernels.Attend;
import foco.kernels.breeze.BreezeProduct;
import foco.kernels.tile.Panels;
import foco.kernels.vector.VectorProduct;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinearTest {

    @ParameterizedTest
    @CsvSource({"1,1,1", "5,384,384", "300,20,33", "17,500,7"})
    void aLayerIsAMatrixProductAndABias(int rows, int inputs, int outputs) {
        Random random = new Random(7);
        float[] x = Attend.gaussians(random, rows * inputs, 1);
        float[] weights = Attend.gaussians(random, inputs * outputs, 1);
        float[] bias = Attend.gaussians(random, outputs, 1);
        float[] y = new Linear(inputs, outputs, weights, bias).apply(x, rows);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < outputs; j++) {
                double expected = bias[j];
                for (int e = 0; e < inputs; e++) {
                    expected += (double) x[i * inputs + e] * weights[e * outputs + j];
                }
                assertEquals(expected, y[i * outputs + j], 1e-5 * Math.sqrt(inputs));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"16,40,16", "33,129,50", "1,300,100"})
    void bothProductsAgree(int rows, int depth, int columns) {
        Random random = new Random(9);
        Panels a = Panels.packTransposed(Attend.gaussians(random, rows * depth, 1), 0, depth, depth, rows);
        Panels b = Panels.pack(Attend.gaussians(random, depth * columns, 1), 0, columns, depth, columns);
        float[] expected = new BreezeProduct().multiply(a, b);
        float[] actual = new VectorProduct().multiply(a, b);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                int at = i * Panels.padded(columns) + j;
                assertEquals(expected[at], actual[at], 1e-5 * Math.sqrt(depth));
            }
        }
    }

    @Test
    void weightsThatDoNotFitTheWidthsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Linear(3, 4, new float[11], new float[4]));
        assertThrows(IllegalArgumentException.class, () -> new Linear(3, 4, new float[12], new float[3]));
    }

    @Test
    void aNormalisedRowHasTheMeanAndDeviationOfItsBiasAndGain() {
        int width = 384;
        float[] gain = new float[width];
        float[] bias = new float[width];
        Arrays.fill(gain, 2);
        Arrays.fill(bias, -1);
        float[] x = Attend.gaussians(new Random(4), 3 * width, 50);
        new LayerNorm(gain, bias, 1e-12).apply(x, 3);
        for (int row = 0; row < 3; row++) {
            double mean = 0;
            double squares = 0;
            for (int j = row * width; j < (row + 1) * width; j++) {
                mean += x[j] / (double) width;
                squares += (x[j] + 1) * (x[j] + 1) / (double) width;
            }
            assertEquals(-1, mean, 1e-5);
            assertEquals(4, squares, 1e-4);
        }
    }
}
