package foco.kernels.vector;

import foco.kernels.score.ScoreModifier;
import foco.kernels.tile.Panels;
import java.util.List;

/**
 * All modifiers of a score one after another, in float64: the slow way of a panel's queries whose scores the fast one, which
 * keeps them in float32 after each, has rounded by too much.
 */
final class WholeScores {

    private static final int PANEL = Panels.WIDTH;

    private final TileFunction sequence;
    private final PanelScores known = new PanelScores();
    private final float[] kept = new float[VectorKernel.TILE_KEYS * PANEL];

    WholeScores(List<ScoreModifier> modifiers) {
        this.sequence = new TileFunction(new Sequence(modifiers), false);
    }

    /** As a spec applies them. */
    private record Sequence(List<ScoreModifier> modifiers) implements ScoreModifier {
        @Override
        public double apply(double score, int head, long query, long key) {
            double modified = score;
            for (ScoreModifier modifier : modifiers) {
                if (modified == Double.NEGATIVE_INFINITY) {
                    return modified;
                }
                modified = modifier.apply(modified, head, query, key);
            }
            return modified;
        }
    }

    /** Puts the scores at hand aside: {@code rows} rows from {@code offset} on. */
    void keep(float[] scores, int offset, int rows) {
        System.arraycopy(scores, offset, kept, 0, rows * PANEL);
    }

    /** Of the scores, which are again as they were before any modifier, the bounds. */
    PanelScores reset(float[] norms, int row, float maxKeyNorm) {
        known.reset(norms, row, maxKeyNorm);
        return known;
    }

    /** The modifier to apply to these queries of the panel, a bit each. */
    TileModifier modifier(int queries) {
        sequence.askOnly(queries);
        return sequence;
    }

    /** Brings back, once the modifier was applied, what was put aside of the other queries, and takes over what is known. */
    void restore(int queries, float[] scores, int offset, int rows, PanelScores into) {
        for (int i = 0; i < PANEL; i++) {
            if ((queries >>> i & 1) != 0) {
                into.base[i] = known.base[i];
                into.high[i] = known.high[i];
                continue;
            }
            for (int at = i; at < rows * PANEL; at += PANEL) {
                scores[offset + at] = kept[at];
            }
        }
    }
}
