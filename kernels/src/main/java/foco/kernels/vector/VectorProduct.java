package foco.kernels.vector;

import foco.kernels.tile.Panels;

/** Adds products of weights and values, {@code P V}, to what there is of them. */
final class VectorProduct {

    private static final int LANES = Lanes.COUNT;

    private VectorProduct() {}

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
