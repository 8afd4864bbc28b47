package foco.kernels.vector;

import foco.kernels.tile.Panels;
import java.util.Arrays;

/**
 * Above which bound no score of a panel of queries lies in a tile, in units of log 2; NaN or infinite where a score may
 * be no number. It need not be tight, but must not depend on the queries beside a query, since its reference and so its
 * rounding follows from it.
 */
final class ScoreBounds {

    /** For each query. */
    final float[] high = new float[Panels.WIDTH];

    /** Cauchy-Schwarz: no dot product exceeds the product of the norms. */
    void reset(float[] norms, int row, float maxKeyNorm) {
        for (int i = 0; i < Panels.WIDTH; i++) {
            high[i] = norms[row + i] * maxKeyNorm;
        }
    }

    /** Scores were bent into {@code -cap .. cap}, but for those that overflowed. */
    void cap(float cap) {
        for (int i = 0; i < Panels.WIDTH; i++) {
            high[i] = high[i] <= Float.MAX_VALUE ? Math.min(high[i], cap) : high[i];
        }
    }

    /** Up to {@code largest} was added to every score. */
    void add(float largest) {
        for (int i = 0; i < Panels.WIDTH; i++) {
            high[i] += largest;
        }
    }

    /** Up to {@code largest[at + i]} was added to the scores of query {@code i}. */
    void add(float[] largest, int at) {
        for (int i = 0; i < Panels.WIDTH; i++) {
            high[i] += largest[at + i];
        }
    }

    /** Nothing is known any more. */
    void forget() {
        Arrays.fill(high, Float.POSITIVE_INFINITY);
    }
}
