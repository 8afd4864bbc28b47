package foco.kernels.vector;

import foco.kernels.tile.Panels;
import java.util.Arrays;

/**
 * Between which bounds the scores of a panel of queries lie in a tile, in units of log 2. They need not be tight, but
 * those above must not depend on the queries beside a query, since its reference and so its rounding follows from them.
 */
final class ScoreBounds {

    /** For each query; no score that is not NaN lies above. */
    final float[] high = new float[Panels.WIDTH];

    /** For each query; no score lies below, but for those that are hidden. */
    final float[] low = new float[Panels.WIDTH];

    private boolean hidden;

    /** Cauchy-Schwarz: no dot product exceeds the product of the norms, to either side. */
    void reset(float[] norms, int row, float maxKeyNorm) {
        for (int i = 0; i < Panels.WIDTH; i++) {
            float bound = norms[row + i] * maxKeyNorm;
            high[i] = bound;
            low[i] = -bound;
        }
        hidden = false;
    }

    /** Scores were bent into {@code -cap .. cap}, none to the other side of 0. */
    void cap(float cap) {
        for (int i = 0; i < Panels.WIDTH; i++) {
            high[i] = Math.min(high[i], cap);
            low[i] = Math.max(low[i], -cap);
        }
    }

    /** From {@code smallest} to {@code largest} was added to every score. */
    void add(float smallest, float largest) {
        for (int i = 0; i < Panels.WIDTH; i++) {
            high[i] += largest;
            low[i] += smallest;
        }
    }

    /** From {@code smallest} to {@code largest[at + i]} was added to the scores of query {@code i}. */
    void add(float smallest, float[] largest, int at) {
        for (int i = 0; i < Panels.WIDTH; i++) {
            high[i] += largest[at + i];
            low[i] += smallest;
        }
    }

    /** Nothing is known any more. */
    void forget() {
        Arrays.fill(high, Float.POSITIVE_INFINITY);
        Arrays.fill(low, Float.NEGATIVE_INFINITY);
        hidden = true;
    }

    /** Some scores are -infinity. */
    void hide() {
        hidden = true;
    }

    /** Whether some scores may be -infinity. */
    boolean isHidden() {
        return hidden;
    }
}
