package foco.kernels.breeze;

import foco.kernels.mask.Coverage;
import foco.kernels.mask.Mask;
import foco.kernels.mask.Tile;
import foco.kernels.score.ScoreModifier;
import foco.kernels.tile.KeyValueBlock;
import foco.kernels.tile.QueryBlock;
import java.util.List;

/** The scores of two blocks, in units of log 2: masked and modified. */
final class BreezeScores {

    private BreezeScores() {}

    /** Column-major {@code [queries, keys]}, which is the layout of a tile: a key's scores side by side. */
    static double[] of(
            Mask mask,
            List<ScoreModifier> modifiers,
            QueryBlock queries,
            KeyValueBlock block,
            Tile tile,
            Coverage coverage) {
        double[] scores =
                Matrices.product(Matrices.transpose(Matrices.unpack(queries.values())), Matrices.unpack(block.keys()));
        if (coverage == Coverage.PARTIAL) {
            hide(mask, tile, scores);
        }
        for (ScoreModifier modifier : modifiers) {
            modify(tile, modifier, scores);
        }
        return scores;
    }

    private static void hide(Mask mask, Tile tile, double[] scores) {
        for (int j = 0; j < tile.keys(); j++) {
            for (int i = 0; i < tile.queries(); i++) {
                if (!mask.allows(tile.head(), tile.firstQuery() + i, tile.firstKey() + j)) {
                    scores[j * tile.queries() + i] = Double.NEGATIVE_INFINITY;
                }
            }
        }
    }

    /** Modifies the scores that are not hidden. */
    private static void modify(Tile tile, ScoreModifier modifier, double[] scores) {
        for (int j = 0; j < tile.keys(); j++) {
            for (int i = 0; i < tile.queries(); i++) {
                int at = j * tile.queries() + i;
                if (scores[at] != Double.NEGATIVE_INFINITY) {
                    scores[at] =
                            modifier.applyInLog2(scores[at], tile.head(), tile.firstQuery() + i, tile.firstKey() + j);
                }
            }
        }
    }
}
