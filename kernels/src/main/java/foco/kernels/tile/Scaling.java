package foco.kernels.tile;

/** Float32 times a float64, which the compiler makes vectors of: the factor goes in two float32 parts. */
public final class Scaling {

    private Scaling() {}

    /**
     * Writes {@code factor x}, as precise as float32 is, for {@code count} numbers.
     *
     * @param factor of a magnitude within float32
     */
    public static void scale(double factor, float[] x, int from, float[] scaled, int to, int count) {
        float high = (float) factor;
        float low = (float) (factor - high);
        for (int i = 0; i < count; i++) {
            scaled[to + i] = Math.fma(x[from + i], high, x[from + i] * low);
        }
    }
}
