package foco.kernels.vector;

import foco.kernels.tile.Panels;
import java.util.Arrays;

/**
 * What is known of the scores of a panel of queries in a tile, in units of log 2: each query's base, which was taken off
 * its scores, and the bound above which none of them lies.
 *
 * <p>A bias of millions would leave a float32 no digits for the score itself. So what is alike for all keys of a tile is
 * kept apart in float64, and scores are float32 numbers relative to it. Two tiles may have unlike bases: a reference is
 * absolute.
 *
 * <p>A bound need not be tight, but must not depend on the queries beside a query, since its reference and so its rounding
 * follows from it. It is NaN or infinite where a score may be no number.
 */
final class PanelScores {

    /**
     * Larger modified scores get a base. A float32 of this size is rounded by 4e-6 at most, which is as much as it may
     * change a weight.
     */
    static final float LARGE = 64;

    /** No base is larger: float64, too, has no digits left for a score beside it. */
    private static final float LARGEST = 0x1p60f;

    /** Of each query: what to add to its scores for those of the softmax. */
    final double[] base = new double[Panels.WIDTH];

    /** Of each query: above its scores less its base. */
    final float[] high = new float[Panels.WIDTH];

    /** Whether scores of this magnitude get a base. */
    static boolean isLarge(double magnitude) {
        return magnitude > LARGE && magnitude <= LARGEST;
    }

    /**
     * What to take off the scores of a query: 0, unless they are large.
     *
     * @param largest near the largest that is added to them
     */
    static float taken(float largest) {
        return isLarge(Math.abs(largest)) ? largest : 0;
    }

    /** Cauchy-Schwarz: no dot product exceeds the product of the norms. */
    void reset(float[] norms, int row, float maxKeyNorm) {
        Arrays.fill(base, 0);
        for (int i = 0; i < Panels.WIDTH; i++) {
            high[i] = norms[row + i] * maxKeyNorm;
        }
    }

    /** Whether a product may have overflowed. */
    boolean mayOverflow() {
        boolean finite = true;
        for (int i = 0; i < Panels.WIDTH; i++) {
            finite &= high[i] <= Float.MAX_VALUE;
        }
        return !finite;
    }

    /** Whether any query has a base other than 0. */
    boolean isBased() {
        boolean based = false;
        for (double taken : base) {
            based |= taken != 0;
        }
        return based;
    }
}
