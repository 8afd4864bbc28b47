package foco.kernels.scalar;

import foco.kernels.fold.TileSums;
import java.util.Arrays;

/** Sums over tiles of weights without the Vector API. */
public final class ScalarSums implements TileSums {

    private static final int AT_ONCE = 4;

    /** As many sums as vectors have at once, of the lane at hand. */
    private final float[] part = new float[AT_ONCE];

    @Override
    public void sums(float[] w, int at, int rows, float[] sums) {
        int whole = rows - rows % AT_ONCE;
        for (int lane = 0; lane < LANES; lane++) {
            Arrays.fill(part, 0);
            for (int r = 0; r < rows; r++) {
                part[r < whole ? r % AT_ONCE : 0] += w[at + r * LANES + lane];
            }
            sums[lane] = (part[0] + part[1]) + (part[2] + part[3]);
        }
    }

    @Override
    public void sums(float[] w, int at, int[] chosen, int from, int to, float[] sums) {
        int whole = (to - from) - (to - from) % AT_ONCE;
        for (int lane = 0; lane < LANES; lane++) {
            Arrays.fill(part, 0);
            for (int r = 0; r < to - from; r++) {
                part[r < whole ? r % AT_ONCE : 0] += w[at + chosen[from + r] * LANES + lane];
            }
            sums[lane] = (part[0] + part[1]) + (part[2] + part[3]);
        }
    }

    @Override
    public void products(float[] w, int at, int rows, float[] factors, int f0, float[] sums) {
        int whole = rows - rows % AT_ONCE;
        for (int lane = 0; lane < LANES; lane++) {
            Arrays.fill(part, 0);
            for (int r = 0; r < rows; r++) {
                int p = r < whole ? r % AT_ONCE : 0;
                part[p] = Math.fma(factors[f0 + r], w[at + r * LANES + lane], part[p]);
            }
            sums[lane] = (part[0] + part[1]) + (part[2] + part[3]);
        }
    }

    @Override
    public void add(float[] w, int at, int rows, float[] into, int to) {
        for (int i = 0; i < rows * LANES; i++) {
            into[to + i] += w[at + i];
        }
    }

    @Override
    public void add(float[] w, int at, int rows, float[] lanes, float[] into, int to) {
        for (int i = 0; i < rows * LANES; i++) {
            into[to + i] = Math.fma(lanes[i % LANES], w[at + i], into[to + i]);
        }
    }

    @Override
    public void maxima(float[] w, int at, int rows, float[] highest) {
        Arrays.fill(highest, 0, (rows + GROUP - 1) / GROUP * LANES, 0);
        for (int i = 0; i < rows * LANES; i++) {
            int group = i / LANES / GROUP * LANES + i % LANES;
            highest[group] = Math.max(highest[group], w[at + i]);
        }
    }

    @Override
    public void aboveOfRows(float[] w, int at, int rows, float[] thresholds, int t0, int[] found) {
        Arrays.fill(found, 0, TileSums.numbers(rows), 0);
        for (int i = 0; i < rows * LANES; i++) {
            note(found, i, w[at + i] > thresholds[t0 + i / LANES]);
        }
    }

    @Override
    public void aboveOfLanes(float[] w, int at, int rows, float[] thresholds, int t0, int[] found) {
        Arrays.fill(found, 0, TileSums.numbers(rows), 0);
        for (int i = 0; i < rows * LANES; i++) {
            note(found, i, w[at + i] > thresholds[t0 + i % LANES]);
        }
    }

    private static void note(int[] found, int i, boolean isAbove) {
        int row = i / LANES;
        found[row / BITS * LANES + i % LANES] |= (isAbove ? 1 : 0) << row % BITS;
    }
}
