package foco.kernels.mask;

import java.util.Arrays;

/** Hides rectangles of a tile of scores. */
final class TileFill {

    private TileFill() {}

    /** Sets the scores of the tile's queries {@code i0 .. i1 - 1} and keys {@code j0 .. j1 - 1} to -infinity. */
    static void hide(float[] scores, int offset, int stride, int i0, int i1, int j0, int j1) {
        for (int j = j0; j < j1; j++) {
            int row = offset + j * stride;
            Arrays.fill(scores, row + i0, row + i1, Float.NEGATIVE_INFINITY);
        }
    }
}
