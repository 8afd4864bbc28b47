package foco.kernels.tile;

import java.util.Arrays;

/** Euclidean norms as bounds: never below the true value, however float32 rounds. */
final class Norms {

    /** Room for the rounding of norms and of a dot product of 512 terms, which may exceed the product of exact norms. */
    private static final double MARGIN = 1 + 1e-4;

    private static final int HALF = Panels.WIDTH / 2;

    private Norms() {}

    /**
     * A bound on the norm of each column, infinite where its square exceeds float32; 0 for the columns that fill up the
     * last panel.
     */
    static float[] ofColumns(Panels matrix) {
        int columns = matrix.columns();
        float[] norms = new float[Panels.padded(columns)];
        for (int j = 0; j < norms.length; j += HALF) {
            squares(matrix.values(), matrix.offset(j / Panels.WIDTH) + j % Panels.WIDTH, matrix.rows(), norms, j);
        }
        // Squares may have vanished below the smallest float32.
        double lost = (double) matrix.rows() * Float.MIN_NORMAL;
        for (int j = 0; j < columns; j++) {
            norms[j] = (float) (Math.sqrt(norms[j] + lost) * MARGIN);
        }
        Arrays.fill(norms, columns, norms.length, 0);
        return norms;
    }

    /** The sums of the squares of eight neighbouring columns: as many additions as need not wait for each other. */
    private static void squares(float[] x, int offset, int rows, float[] sums, int to) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        float e = 0;
        float f = 0;
        float g = 0;
        float h = 0;
        int end = offset + rows * Panels.WIDTH;
        for (int i = offset; i < end; i += Panels.WIDTH) {
            a = Math.fma(x[i], x[i], a);
            b = Math.fma(x[i + 1], x[i + 1], b);
            c = Math.fma(x[i + 2], x[i + 2], c);
            d = Math.fma(x[i + 3], x[i + 3], d);
            e = Math.fma(x[i + 4], x[i + 4], e);
            f = Math.fma(x[i + 5], x[i + 5], f);
            g = Math.fma(x[i + 6], x[i + 6], g);
            h = Math.fma(x[i + 7], x[i + 7], h);
        }
        sums[to] = a;
        sums[to + 1] = b;
        sums[to + 2] = c;
        sums[to + 3] = d;
        sums[to + 4] = e;
        sums[to + 5] = f;
        sums[to + 6] = g;
        sums[to + 7] = h;
    }
}
