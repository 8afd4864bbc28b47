package foco.kernels.dense;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.kernels.machine.Kernels;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** Over all of float32: every exponent, and of its 2^23 numbers every so many. */
class ActivationTest {

    /** Prime, so that the numbers of an exponent are of all kinds. */
    private static final int STEP = 16_381;

    private static final int PIECE = 63;

    private static final double SMALLEST = 1e-37;

    @Test
    void silu() {
        check(Activation.SILU, x -> x / (1 + StrictMath.exp(-x)), 4e-7, Double.POSITIVE_INFINITY, 2e-6);
    }

    @Test
    void geluByTanh() {
        DoubleUnaryOperator exact =
                x -> x / (1 + StrictMath.exp(-2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
        check(Activation.GELU_TANH, exact, 4e-7, 1.5e-7, 1e-4);
    }

    @Test
    void gelu() {
        check(Activation.GELU, x -> x * upperTail(-x), 2e-7, 1e-7, 2e-4);
    }

    @Test
    void relu() {
        check(Activation.RELU, x -> Math.max(x, 0), 0, 0, 0);
    }

    /**
     * @param ofInput the error allowed, in {@code |x|}
     * @param below the error allowed where x is below 0
     * @param ofTail the same in the result's own size, down to where it is 1e-9 of x
     */
    private static void check(
            Activation activation, DoubleUnaryOperator exact, double ofInput, double below, double ofTail) {
        float[] x = inputs();
        float[] y = activated(activation, x);
        for (int i = 0; i < x.length; i++) {
            double expected = exact.applyAsDouble(x[i]);
            double error = Math.abs(y[i] - expected);
            double size = Math.abs(x[i]);
            assertTrue(error <= ofInput * size + SMALLEST, activation + " of " + x[i] + " is " + y[i]);
            if (x[i] < 0) {
                assertTrue(error <= below, activation + " of " + x[i] + " is " + y[i]);
            }
            if (Math.abs(expected) > 1e-9 * size) {
                assertTrue(
                        error <= ofTail * Math.abs(expected) + SMALLEST,
                        activation + " of " + x[i] + " is " + y[i] + " not " + expected);
            }
        }
    }

    /** In pieces, as a layer does it: the compiler sees to what is called often. */
    private static float[] activated(Activation activation, float[] x) {
        float[] y = x.clone();
        DenseKernel kernel = Kernels.dense();
        for (int from = 0; from < y.length; from += PIECE) {
            kernel.activate(activation, y, from, Math.min(PIECE, y.length - from));
        }
        return y;
    }

    private static float[] inputs() {
        int count = (int) ((1L << 32) / STEP);
        float[] inputs = new float[count];
        int found = 0;
        for (int i = 0; i < count; i++) {
            float x = Float.intBitsToFloat(i * STEP);
            if (Float.isFinite(x)) {
                inputs[found++] = x;
            }
        }
        return Arrays.copyOf(inputs, found);
    }

    /** Where the whole of the function turns: every 2^-13 of it. */
    @Test
    void geluNearZeroStepByStep() {
        float[] x = new float[1 << 17];
        for (int i = 0; i < x.length; i++) {
            x[i] = (i - x.length / 2) * 0x1p-13f;
        }
        float[] y = activated(Activation.GELU, x);
        for (int i = 0; i < x.length; i++) {
            double expected = x[i] * upperTail(-x[i]);
            assertEquals(expected, y[i], 6e-8 * Math.max(1, Math.abs(expected)) + 2e-7 * Math.max(0, x[i]) * 0.5);
        }
    }

    /**
     * The normal distribution's mass above {@code t} in float64: Taylor's series of erf near 0, and Lentz's continued
     * fraction of erfc far from it (Abramowitz and Stegun, 7.1.6 and 7.1.14).
     */
    private static double upperTail(double t) {
        double z = Math.abs(t) / Math.sqrt(2);
        if (z > 27) {
            return t > 0 ? 0 : 1;
        }
        double tail;
        if (z < 2.5) {
            double term = z;
            double sum = z;
            for (int n = 1; n < 60; n++) {
                term *= 2 * z * z / (2 * n + 1);
                sum += term;
            }
            tail = 0.5 - sum * StrictMath.exp(-z * z) / Math.sqrt(Math.PI);
        } else {
            double fraction = z;
            for (int n = 120; n >= 1; n--) {
                fraction = z + n / 2.0 / fraction;
            }
            tail = StrictMath.exp(-z * z) / fraction / Math.sqrt(Math.PI) / 2;
        }
        return t > 0 ? tail : 1 - tail;
    }
}
