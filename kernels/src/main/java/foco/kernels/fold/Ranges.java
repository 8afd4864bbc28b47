package foco.kernels.fold;

import java.util.Arrays;

/** Sums over some rows of a tile. */
final class Ranges {

    private static final int LANES = TileSums.LANES;

    /** 0, 1, 2, ...: as many as a kernel's tile has rows, or it takes more turns. */
    private static final float[] STEPS = new float[256];

    static {
        for (int r = 0; r < STEPS.length; r++) {
            STEPS[r] = r;
        }
    }

    private final float[] sums = new float[LANES];
    private final float[] mass = new float[LANES];
    private final double[] moments = new double[LANES];

    /** The sums of rows {@code from .. to - 1}, to column {@code column} of the tile's queries. */
    void addSums(WeightTile tile, int from, int to, PositionSums into, int column) {
        into.add(tile.firstQuery(), column, sums(tile, from, to), tile.queries());
    }

    /** The sums of rows {@code from .. to - 1}; valid until the next call. Of all rows they are known. */
    float[] sums(WeightTile tile, int from, int to) {
        if (from == 0 && to == tile.rows()) {
            return tile.mass();
        }
        tile.arithmetic().sums(tile.weights(), tile.at(from), to - from, sums);
        return sums;
    }

    /** Looks at rows {@code from .. to - 1}, for {@link #distance}. */
    void findMoments(WeightTile tile, int from, int to) {
        System.arraycopy(sums(tile, from, to), 0, mass, 0, LANES);
        for (int at = from; at < to; at += STEPS.length) {
            int rows = Math.min(STEPS.length, to - at);
            tile.arithmetic().products(tile.weights(), tile.at(at), rows, STEPS, 0, sums);
            for (int i = 0; i < LANES; i++) {
                moments[i] = at == from ? sums[i] : moments[i] + sums[i];
            }
            if (at > from) {
                addBefore(tile, at, rows, at - from);
            }
        }
    }

    /** Those steps come after so many others. */
    private void addBefore(WeightTile tile, int from, int rows, int before) {
        tile.arithmetic().sums(tile.weights(), tile.at(from), rows, sums);
        for (int i = 0; i < LANES; i++) {
            moments[i] += (double) before * sums[i];
        }
    }

    /**
     * The distances of a lane to those rows times their weights.
     *
     * @param key that of the first row
     * @param query where lane 0 stands among the keys
     */
    double distance(int lane, long key, long query) {
        return moments[lane] + (double) (key - query - lane) * mass[lane];
    }

    /** The number of the section in which a position lies, of sections that begin at {@code starts}; -1 before the first. */
    static int section(long[] starts, long position) {
        int at = Arrays.binarySearch(starts, position);
        return at < 0 ? -at - 2 : at;
    }

    /** @throws IllegalArgumentException unless they ascend */
    static void requireAscending(String what, long[] numbers) {
        for (int i = 1; i < numbers.length; i++) {
            if (numbers[i] <= numbers[i - 1]) {
                throw new IllegalArgumentException(
                        "%s must ascend, and after %d comes %d.".formatted(what, numbers[i - 1], numbers[i]));
            }
        }
    }
}
