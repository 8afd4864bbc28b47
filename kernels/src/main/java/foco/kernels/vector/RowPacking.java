package foco.kernels.vector;

import foco.kernels.tile.Panels;
import java.util.Arrays;

/** Rows into {@link Panels} of their transpose, in an array that is used again. */
final class RowPacking {

    private static final int PANEL = Panels.WIDTH;

    /** Rows read side by side: as many as there are registers for their places. */
    private static final int ROWS = 8;

    private RowPacking() {}

    /**
     * Packs {@code rows} rows of {@code width} numbers. What the last panel's other rows hold is finite, and the row after an odd
     * width is zero.
     *
     * @param x row {@code i} from {@code x0 + i * width} on
     */
    static void pack(float[] x, int x0, int width, int rows, float[] to) {
        int size = Panels.even(width) * PANEL;
        for (int row = 0; row < rows; row += ROWS) {
            int at = row / PANEL * size + row % PANEL;
            int from = x0 + row * width;
            if (row + ROWS <= rows) {
                eight(x, from, width, to, at);
            } else {
                for (int i = 0; i < ROWS; i++) {
                    one(x, from + i * width, row + i < rows ? width : 0, width, to, at + i);
                }
            }
        }
        if (width % 2 != 0) {
            for (int row = 0; row < rows; row += PANEL) {
                int at = row / PANEL * size + width * PANEL;
                Arrays.fill(to, at, at + PANEL, 0);
            }
        }
    }

    private static void one(float[] x, int from, int count, int width, float[] to, int at) {
        for (int k = 0; k < width; k++) {
            to[at + k * PANEL] = k < count ? x[from + k] : 0;
        }
    }

    private static void eight(float[] x, int from, int width, float[] to, int at) {
        int x1 = from + width;
        int x2 = x1 + width;
        int x3 = x2 + width;
        int x4 = x3 + width;
        int x5 = x4 + width;
        int x6 = x5 + width;
        int x7 = x6 + width;
        for (int k = 0; k < width; k++) {
            int t = at + k * PANEL;
            to[t] = x[from + k];
            to[t + 1] = x[x1 + k];
            to[t + 2] = x[x2 + k];
            to[t + 3] = x[x3 + k];
            to[t + 4] = x[x4 + k];
            to[t + 5] = x[x5 + k];
            to[t + 6] = x[x6 + k];
            to[t + 7] = x[x7 + k];
        }
    }
}
