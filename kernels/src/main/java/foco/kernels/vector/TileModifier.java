package foco.kernels.vector;

import foco.kernels.mask.Tile;
import foco.kernels.score.DistanceBias;
import foco.kernels.score.MatrixBias;
import foco.kernels.score.ScoreModifier;
import foco.kernels.score.SoftCap;
import java.util.List;

/**
 * A {@link ScoreModifier} at work on tiles of scores, in units of log 2, with buffers of its own. It leaves scores of
 * -infinity as they are: those keys are hidden. So it does those that are no finite number: they overflowed, and their
 * query is spoilt.
 *
 * <p>A panel of queries in a tile is modified in three steps: {@link #look} at its scores, for those modifiers that must
 * know them all first; {@link #move} what is known of them; {@link #apply} to them. The first and the last are called once
 * for each run of keys that follow each other. Then the panel {@link #end ends}.
 */
interface TileModifier {

    /** What multiplies natural scores for scores in units of log 2. */
    double LOG2_E = ScoreModifier.LOG2_E;

    /** The fastest ways for modifiers, one after another. */
    static TileModifier[] of(List<ScoreModifier> modifiers) {
        TileModifier[] ways = new TileModifier[modifiers.size()];
        for (int m = 0; m < ways.length; m++) {
            ways[m] = of(modifiers.get(m), m < ways.length - 1);
        }
        return ways;
    }

    private static TileModifier of(ScoreModifier modifier, boolean isFollowed) {
        if (modifier instanceof SoftCap cap) {
            return new TileSoftCap(cap);
        }
        if (modifier instanceof DistanceBias bias) {
            return new TileDistanceBias(bias);
        }
        if (modifier instanceof MatrixBias bias) {
            return new TileMatrixBias(bias);
        }
        return new TileFunction(modifier, isFollowed);
    }

    /** Makes ready for the tiles of a block of queries against one of keys. */
    default void begin(Tile block) {}

    /**
     * Looks at the scores of a panel of queries and a run of keys, before any run of the tile is modified.
     *
     * @param panel up to 16 queries, and keys that follow each other, within the block
     * @param scores query {@code i} and key {@code j} of the panel at {@code offset + 16 j + i}
     * @param known base and bounds of the scores as they are
     */
    default void look(Tile panel, float[] scores, int offset, PanelScores known) {}

    /**
     * Moves base and bounds of a panel's scores as {@link #apply} is about to move the scores.
     *
     * @param panel up to 16 queries, and all keys of the tile, those too that were left out
     */
    void move(PanelScores known, Tile panel);

    /** Modifies the scores that {@link #look} saw. */
    void apply(Tile panel, float[] scores, int offset);

    /** Forgets the panel. */
    default void end() {}
}
