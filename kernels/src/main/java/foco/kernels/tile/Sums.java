package foco.kernels.tile;

/** Sums in float64. */
public final class Sums {

    private Sums() {}

    /**
     * The sum of all numbers: four sums, so that additions do not wait for each other.
     *
     * @param x a multiple of four numbers
     */
    public static double of(float[] x) {
        double sum0 = 0;
        double sum1 = 0;
        double sum2 = 0;
        double sum3 = 0;
        for (int i = 0; i < x.length; i += 4) {
            sum0 += x[i];
            sum1 += x[i + 1];
            sum2 += x[i + 2];
            sum3 += x[i + 3];
        }
        return (sum0 + sum1) + (sum2 + sum3);
    }
}
