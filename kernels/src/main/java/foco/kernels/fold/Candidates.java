package foco.kernels.fold;

import java.util.Arrays;

/**
 * Weights of a lane that are large enough, a bit each. They are found without a branch for each: floats of 0 or more are in the
 * order of their bits, and the sign of a difference is a bit. What a processor cannot foretell costs it as much as ten of them.
 */
final class Candidates {

    /** The rows that are looked at together. */
    static final int ROWS = TileSums.GROUP * TileSums.GROUP;

    private final float[] sorted = new float[TileSums.GROUP];

    /**
     * The groups of rows, of the {@value #ROWS} rows from row {@code from} on, of which the largest weight is {@code threshold} or
     * more.
     *
     * @param threshold above 0
     */
    static int groups(WeightTile tile, int from, int lane, float threshold) {
        if (tile.highest(from, lane) < threshold) {
            return 0;
        }
        float[] maxima = tile.maxima();
        int below = Float.floatToRawIntBits(threshold) - 1;
        int end = Math.min(tile.rows(), from + ROWS);
        int found = 0;
        for (int row = from; row < end; row += TileSums.GROUP) {
            found |= (below - Float.floatToRawIntBits(maxima[row + lane])) >>> 31 << (row - from) / TileSums.GROUP;
        }
        return found;
    }

    /** The rows of a group that are so, the first of which is {@code from}. */
    static int rows(WeightTile tile, int from, int lane, float threshold) {
        int below = Float.floatToRawIntBits(threshold) - 1;
        int count = Math.min(tile.rows() - from, TileSums.GROUP);
        int at = tile.at(from) + lane;
        float[] weights = tile.weights();
        int found = 0;
        for (int r = 0; r < count; r++) {
            found |= (below - Float.floatToRawIntBits(weights[at + r * TileSums.LANES])) >>> 31 << r;
        }
        return found;
    }

    /** There are {@code count} weights in these groups that are this or more; 0 if it is not known. */
    float atLeast(int count, float[] maxima, int from, int lane, int groups) {
        if (Integer.bitCount(groups) < count) {
            return 0;
        }
        int found = 0;
        for (int left = groups; left != 0; left &= left - 1) {
            sorted[found++] = maxima[from + Integer.numberOfTrailingZeros(left) * TileSums.GROUP + lane];
        }
        Arrays.sort(sorted, 0, found);
        return sorted[found - count];
    }
}
