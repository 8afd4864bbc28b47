package foco.kernels.tile;

/** Float32 times a float64, which the compiler makes vectors of: the factor goes in two float32 parts. */
public final class Scaling {

    private Scaling() {}

    /**
     * Multiplies {@code count} numbers by {@code factor}, in place, as precisely as float32 can.
     *
     * @param factor of a magnitude within float32
     */
    public static void scale(double factor, float[] x, int offset, int count) {
        float high = (float) factor;
        float low = (float) (factor - high);
        for (int i = offset; i < offset + count; i++) {
            x[i] = Math.fma(x[i], high, x[i] * low);
        }
    }
}
