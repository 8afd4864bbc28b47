package foco.kernels.vector;

import foco.kernels.mask.Tile;
import foco.kernels.score.ScoreModifier;
import foco.kernels.tile.Panels;

/** Asks a modifier score by score, and does not ask about hidden keys. */
final class TileFunction implements TileModifier {

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
                    scores[row + i] =
                            modifier.applyInLog2(score, panel.head(), panel.firstQuery() + i, panel.firstKey() + j);
                }
            }
        }
    }

    @Override
    public void move(ScoreBounds bounds, Tile panel) {
        bounds.forget();
    }
}
