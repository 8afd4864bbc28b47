package foco.kernels.fold;

import java.util.Arrays;

/**
 * Weights of a lane that are large enough, a bit each. They are found without a branch for each: floats of 0 or more are in the
 * order of their bits, and the sign of a difference is a bit. What a processor cannot foretell costs it as much as ten of them.
 */
final class Candidates {

    private static final int LANES = TileSums.LANES;

    /** The rows that are looked at together. */
    static final int ROWS = TileSums.GROUP * TileSums.GROUP;

    private final float[] sorted = new float[TileSums.GROUP];

    /** What a weight must exceed to be {@code least} or more, and above 0: a weight of 0 is none. */
    static float below(float least) {
        return Float.intBitsToFloat(Math.max(0, Float.floatToRawIntBits(least) - 1));
    }

    /** The lanes of which a weight of the {@value #ROWS} rows from row {@code from} on is above its threshold. */
    static int lanes(WeightTile tile, int from, float[] thresholds, int t0) {
        float[] highest = tile.highest();
        int at = from / TileSums.GROUP;
        int found = 0;
        for (int i = 0; i < tile.queries(); i++) {
            found |= bit(Float.floatToRawIntBits(thresholds[t0 + i]), highest[at + i]) << i;
        }
        return found;
    }

    /** The same with one threshold for all. */
    static int lanes(WeightTile tile, int from, float threshold) {
        float[] highest = tile.highest();
        int at = from / TileSums.GROUP;
        int found = 0;
        for (int i = 0; i < tile.queries(); i++) {
            found |= bit(Float.floatToRawIntBits(threshold), highest[at + i]) << i;
        }
        return found;
    }

    /** The groups of those rows that have such a weight in a lane. */
    static int groups(WeightTile tile, int from, int lane, float threshold) {
        int groups = (Math.min(tile.rows() - from, ROWS) + TileSums.GROUP - 1) / TileSums.GROUP;
        return above(tile.maxima(), from + lane, groups, threshold);
    }

    /** The rows of a group that are such, the first of which is {@code from}. */
    static int rows(WeightTile tile, int from, int lane, float threshold) {
        int rows = Math.min(tile.rows() - from, TileSums.GROUP);
        return above(tile.weights(), tile.at(from) + lane, rows, threshold);
    }

    /** Of up to 16 rows those that are above a threshold in the lane at {@code at}; all are 0 or more. */
    static int above(float[] w, int at, int rows, float threshold) {
        int t = Float.floatToRawIntBits(threshold);
        if (rows == LANES) {
            return bit(t, w[at])
                    | bit(t, w[at + LANES]) << 1
                    | bit(t, w[at + 2 * LANES]) << 2
                    | bit(t, w[at + 3 * LANES]) << 3
                    | bit(t, w[at + 4 * LANES]) << 4
                    | bit(t, w[at + 5 * LANES]) << 5
                    | bit(t, w[at + 6 * LANES]) << 6
                    | bit(t, w[at + 7 * LANES]) << 7
                    | bit(t, w[at + 8 * LANES]) << 8
                    | bit(t, w[at + 9 * LANES]) << 9
                    | bit(t, w[at + 10 * LANES]) << 10
                    | bit(t, w[at + 11 * LANES]) << 11
                    | bit(t, w[at + 12 * LANES]) << 12
                    | bit(t, w[at + 13 * LANES]) << 13
                    | bit(t, w[at + 14 * LANES]) << 14
                    | bit(t, w[at + 15 * LANES]) << 15;
        }
        int found = 0;
        for (int r = 0; r < rows; r++) {
            found |= bit(t, w[at + r * LANES]) << r;
        }
        return found;
    }

    /**
     * The places of the numbers that are not 0, which are few.
     *
     * @param places receives them, ascending
     * @return how many there are
     */
    static int places(int[] numbers, int count, int[] places) {
        int found = 0;
        for (int i = 0; i < count; i++) {
            places[found] = i;
            found += (numbers[i] | -numbers[i]) >>> 31;
        }
        return found;
    }

    private static int bit(int threshold, float weight) {
        return (threshold - Float.floatToRawIntBits(weight)) >>> 31;
    }

    /**
     * A threshold for those who want {@code count} weights: what lies below that many of the groups' largest is not among them.
     *
     * @return 0 where there are fewer groups
     */
    float threshold(int count, WeightTile tile, int from, int lane, int groups) {
        if (groups < count) {
            return 0;
        }
        for (int group = 0; group < groups; group++) {
            sorted[group] = tile.maxima()[from + group * LANES + lane];
        }
        Arrays.sort(sorted, 0, groups);
        return below(sorted[groups - count]);
    }
}
