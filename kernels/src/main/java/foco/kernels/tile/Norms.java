package foco.kernels.tile;

/** Euclidean norms as bounds: never below the true value, however float32 rounds. */
final class Norms {

    /** Room for the rounding of a dot product of 512 terms in float32, which may exceed the product of exact norms. */
    private static final double MARGIN = 1 + 1e-4;

    private Norms() {}

    /** A bound on the norm of {@code values[offset .. offset + width - 1]}; infinite where it exceeds float32. */
    static float upperBound(float[] values, int offset, int width) {
        // Four sums, so that an addition need not wait for the one before.
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int end = offset + width;
        int i = offset;
        for (; i + 3 < end; i += 4) {
            a += square(values[i]);
            b += square(values[i + 1]);
            c += square(values[i + 2]);
            d += square(values[i + 3]);
        }
        for (; i < end; i++) {
            a += square(values[i]);
        }
        return (float) (Math.sqrt(a + b + c + d) * MARGIN);
    }

    private static double square(double x) {
        return x * x;
    }
}
