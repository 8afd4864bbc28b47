package foco.kernels.vector;

import foco.kernels.mask.Tile;
import foco.kernels.score.DistanceBias;
import foco.kernels.score.MatrixBias;
import foco.kernels.score.ScoreModifier;
import foco.kernels.score.SoftCap;

/**
 * A {@link ScoreModifier} at work on tiles of scores, in units of log 2, with buffers of its own. It leaves scores of
 * -infinity as they are: those keys are hidden.
 */
interface TileModifier {

    /** What multiplies natural scores for scores in units of log 2. */
    double LOG2_E = 1 / Math.log(2);

    /** The fastest way for a modifier. */
    static TileModifier of(ScoreModifier modifier) {
        if (modifier instanceof SoftCap cap) {
            return new TileSoftCap(cap);
        }
        if (modifier instanceof DistanceBias bias) {
            return new TileDistanceBias(bias);
        }
        if (modifier instanceof MatrixBias bias) {
            return new TileMatrixBias(bias);
        }
        return new TileFunction(modifier);
    }

    /** Makes ready for the tiles of a block of queries against one of keys. */
    default void begin(Tile block) {}

    /**
     * Modifies the scores of a panel of queries.
     *
     * @param panel up to 16 queries, and keys that follow each other, within the block
     * @param scores query {@code i} and key {@code j} of the panel at {@code offset + 16 j + i}
     */
    void apply(Tile panel, float[] scores, int offset);

    /**
     * Moves the bounds of the scores of a panel as {@link #apply} moves the scores.
     *
     * @param panel up to 16 queries, and all keys of the tile, those too that were left out
     */
    void move(ScoreBounds bounds, Tile panel);
}
