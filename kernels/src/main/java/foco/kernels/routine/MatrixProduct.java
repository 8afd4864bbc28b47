package foco.kernels.routine;

import foco.kernels.tile.Panels;

/** {@code C = A B} in float32, for what surrounds attention: projections and feed-forward layers. */
public interface MatrixProduct {

    /**
     * Multiplies {@code A [rows, depth]} by {@code B [depth, columns]}.
     *
     * @param transposed {@code A} transposed and packed: {@code [depth, rows]}
     * @param b {@code B} packed
     * @return {@code C} row-major, its rows and columns filled up to whole panels
     */
    float[] multiply(Panels transposed, Panels b);
}
