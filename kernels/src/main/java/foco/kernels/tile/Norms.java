package foco.kernels.tile;

/** Euclidean norms as bounds: never below the true value, however float32 rounds. */
final class Norms {

    /** Room for the rounding of a dot product of 512 terms in float32, which may exceed the product of exact norms. */
    private static final double MARGIN = 1 + 1e-4;

    private Norms() {}

    /** A bound on the norm of {@code values[offset .. offset + width - 1]}; infinite where it exceeds float32. */
    static float upperBound(float[] values, int offset, int width) {
        double squares = 0;
        for (int i = offset; i < offset + width; i++) {
            squares += (double) values[i] * values[i];
        }
        return (float) (Math.sqrt(squares) * MARGIN);
    }
}
