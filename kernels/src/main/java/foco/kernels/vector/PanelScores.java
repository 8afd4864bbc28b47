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
 * <p>That serves while the keys that matter lie near the base. Keys that the mask hides may have been the largest, and what
 * one modifier took from a key another may give back; such queries are {@link #inexact}, and their scores in this tile are
 * worked out anew, in float64.
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

    /** A score so far below its reference has weight 0. */
    private static final int WEIGHTLESS = 127;

    /** What float32 may have made of 1, a few times over. */
    private static final double ROUNDED = 1 - 0x1p-20;

    /** Of each query: what to add to its scores for those of the softmax. */
    final double[] base = new double[Panels.WIDTH];

    /** Of each query: above its scores less its base. */
    final float[] high = new float[Panels.WIDTH];

    /** The queries whose scores, as they are kept, may be rounded by more than a weight may change; a bit each. */
    private int inexact;

    /** The queries of which some keys lie far below the base, and so are rounded. */
    private int wide;

    /** The queries of which even the largest score may be one of those. */
    private int doubtful;

    /** The queries to which more was added than can be taken off again. */
    private int vast;

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
        inexact = 0;
        wide = 0;
        doubtful = 0;
        vast = 0;
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

    /**
     * Notes what is added to the scores of query {@code i}.
     *
     * @param largest the largest of it
     * @param spread how far below that the least may lie
     * @param seen whether the query sees the key of the largest
     */
    void added(int i, double largest, double spread, boolean seen) {
        int query = 1 << i;
        boolean isWide = spread > LARGE;
        boolean isVast = isVast(largest);
        boolean again = ((wide | vast) & query) != 0;
        if (isVast && (again || isWide && !seen) || isWide && (vast & query) != 0) {
            inexact |= query;
        }
        if (isWide) {
            doubtful |= seen && !again ? 0 : query;
            wide |= query;
        }
        vast |= isVast ? query : 0;
    }

    private static boolean isVast(double number) {
        return Math.abs(number) > LARGEST && number != Double.NEGATIVE_INFINITY;
    }

    /** Notes that keys were hidden: perhaps those of the largest scores, beside which others were rounded. */
    void hidden() {
        doubtful |= wide;
    }

    /** Notes that the scores of query {@code i} must be known as they are, however far below its base. */
    void asked(int i) {
        inexact |= 1 << i & (wide | vast);
    }

    /** Notes what a function made of the scores of query {@code i}, the largest and how far below it the least is. */
    void given(int i, double largest, double spread) {
        wide |= spread > LARGE ? 1 << i : 0;
        vast |= isVast(largest) ? 1 << i : 0;
    }

    /** Notes that the scores of query {@code i} must be known whole, without a base. */
    void lost(int i) {
        inexact |= 1 << i;
    }

    /** The queries whose scores have to be worked out anew, a bit each. */
    int inexact() {
        return inexact;
    }

    /** The queries of which that depends on their largest scores. */
    int doubtful() {
        return doubtful & ~inexact;
    }

    /**
     * Settles the doubt: scores near the base are exact, and those that have no weight need not be.
     *
     * @param largest of each query, as kept; -infinity if it sees no key of the tile
     * @param reference of query {@code i} at {@code row + i}
     */
    void lookAtLargest(float[] largest, double[] reference, int row) {
        for (int left = doubtful(); left != 0; left &= left - 1) {
            int i = Integer.numberOfTrailingZeros(left);
            boolean isLow = largest[i] < -LARGE && largest[i] > Float.NEGATIVE_INFINITY;
            if (isLow && largest[i] * ROUNDED + base[i] > reference[row + i] - WEIGHTLESS) {
                inexact |= 1 << i;
            }
        }
    }
}
