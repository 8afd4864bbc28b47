package foco.kernels.vector;

import foco.kernels.routine.MatrixProduct;
import foco.kernels.tile.Panels;

/** The matrix product of the attention kernel for any matrices. */
public final class VectorProduct implements MatrixProduct {

    /** Depth taken at a time: a panel of either side stays in L1, and long sums are added in blocks. */
    private static final int DEPTH = 128;

    private static final int LANES = Lanes.COUNT;

    @Override
    public float[] multiply(Panels transposed, Panels b) {
        int rows = Panels.padded(transposed.columns());
        int columns = Panels.padded(b.columns());
        int depth = b.rows();
        if (transposed.rows() != depth) {
            throw new IllegalArgumentException(
                    "A depth of %d does not meet one of %d.".formatted(transposed.rows(), depth));
        }
        float[] c = new float[rows * columns];
        float[] part = newPart();
        for (int k = 0; k < depth; k += DEPTH) {
            int count = Math.min(DEPTH, depth - k);
            for (int row = 0; row < rows; row += Panels.WIDTH) {
                int a = transposed.offset(row / Panels.WIDTH) + k * Panels.WIDTH;
                multiply(Panels.WIDTH, count, transposed.values(), a, b, k, c, row * columns, columns, part);
            }
        }
        return c;
    }

    /** Room for what {@link #multiply(int, int, float[], int, Panels, int, float[], int, int, float[])} is about to add. */
    static float[] newPart() {
        return new float[Panels.WIDTH * 2 * LANES];
    }

    /** Adds to up to 16 rows of {@code C} the product of one panel of {@code A^T} with rows {@code k} on of {@code B}. */
    static void multiply(
            int rows, int depth, float[] a, int a0, Panels b, int k, float[] c, int c0, int stride, float[] part) {
        int column = 0;
        for (; column + 2 * LANES <= stride; column += 2 * LANES) {
            int b0 = at(b, k, column);
            int b1 = at(b, k, column + LANES);
            TileProduct.panelByTwo(rows, depth, a, a0, b.values(), b0, b1, part, 0, LANES, 2 * LANES);
            TileProduct.add(rows, part, 2 * LANES, c, c0 + column, stride);
        }
        if (column < stride) {
            TileProduct.panelByOne(rows, depth, a, a0, b.values(), at(b, k, column), part, 0, LANES);
            TileProduct.add(rows, part, LANES, c, c0 + column, stride);
        }
    }

    /** Where row {@code k} of {@code b} has its elements from {@code column} on. */
    private static int at(Panels b, int k, int column) {
        return b.offset(column / Panels.WIDTH) + k * Panels.WIDTH + column % Panels.WIDTH;
    }
}
