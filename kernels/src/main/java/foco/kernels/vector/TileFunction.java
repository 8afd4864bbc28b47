package foco.kernels.vector;

import foco.kernels.mask.Tile;
import foco.kernels.score.ScoreModifier;
import foco.kernels.tile.Panels;

/** Asks a modifier score by score, and does not ask about hidden keys. */
final class TileFunction implements TileModifier {

    private static final double LN_2 = Math.log(2);

    private final ScoreModifier modifier;

    TileFunction(ScoreModifier modifier) {
        this.modifier = modifier;
    }

    @Override
    public void apply(Tile panel, float[] scores, int offset) {
        for (int j = 0; j < panel.keys(); j++) {
            int row = offset + j * Panels.WIDTH;
            for (int i = 0; i < panel.queries(); i++) {
                float score = scores[row + i];
                if (score != Float.NEGATIVE_INFINITY) {
                    scores[row + i] = modified(score, panel.head(), panel.firstQuery() + i, panel.firstKey() + j);
                }
            }
        }
    }

    @Override
    public void move(ScoreBounds bounds, Tile panel) {
        bounds.forget();
    }

    private float modified(float score, int head, long query, long key) {
        double modified = modifier.apply(score * LN_2, head, query, key);
        if (!(modified < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "A score function gave %s for score %s of head %d, query %d, key %d; it must give a number or -infinity."
                            .formatted(modified, score * LN_2, head, query, key));
        }
        return (float) (modified * LOG2_E);
    }
}
