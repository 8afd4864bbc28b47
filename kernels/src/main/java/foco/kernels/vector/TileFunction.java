package foco.kernels.vector;

import foco.kernels.mask.Tile;
import foco.kernels.score.ScoreModifier;
import foco.kernels.tile.Panels;
import java.util.Arrays;

/**
 * Asks a modifier score by score, in float64, and does not ask about hidden keys. If what it gives is large, each query's
 * largest in the tile becomes its base.
 */
final class TileFunction implements TileModifier {

    private static final int PANEL = Panels.WIDTH;
    private static final int TILE = VectorKernel.TILE_KEYS * PANEL;
    private static final int EVERY = (1 << PANEL) - 1;

    private final ScoreModifier modifier;

    /** Whether other modifiers go on with what this one gives. */
    private final boolean isFollowed;

    /** The queries that may be asked about, a bit each. */
    private int allowed = EVERY;

    /** What the modifier gave, as scores stand in a panel of the tile; in units of log 2. */
    private final double[] modified = new double[TILE];

    /** Of each query: the largest that the modifier gave, and what is taken off all. */
    private final double[] largest = new double[PANEL];

    private final double[] taken = new double[PANEL];

    /** Of each query: the least of a key that is not hidden, if the modifier is followed. */
    private final double[] least = new double[PANEL];

    /** The queries that are asked about, a bit each; none before the first look at a tile. */
    private int asked;

    TileFunction(ScoreModifier modifier, boolean isFollowed) {
        this.modifier = modifier;
        this.isFollowed = isFollowed;
    }

    /** From now on asks about these queries of a panel alone, a bit each. */
    void askOnly(int queries) {
        allowed = queries;
    }

    @Override
    public void look(Tile panel, float[] scores, int offset, PanelScores known) {
        if (asked == 0) {
            begin(panel.queries(), known);
        }
        for (int j = 0; j < panel.keys(); j++) {
            int row = offset + j * PANEL;
            askRow(panel, panel.firstKey() + j, scores, row, known.base);
            if (isFollowed) {
                lookForLeast(row % TILE);
            }
        }
    }

    private void begin(int queries, PanelScores known) {
        for (int i = 0; i < queries; i++) {
            known.asked(i);
        }
        asked = allowed & (1 << queries) - 1 & ~known.inexact();
        Arrays.fill(largest, Double.NEGATIVE_INFINITY);
        Arrays.fill(least, Double.POSITIVE_INFINITY);
    }

    /** Asks about the queries of one key. */
    private void askRow(Tile panel, long key, float[] scores, int row, double[] base) {
        int to = row % TILE;
        for (int i = 0; i < panel.queries(); i++) {
            float score = scores[row + i];
            double given = score;
            if (Math.abs(score) <= Float.MAX_VALUE && (asked >>> i & 1) != 0) {
                given = modifier.applyInLog2(score + base[i], panel.head(), panel.firstQuery() + i, key);
                if (given > largest[i]) { // Math.max, with its care for NaN and -0, takes half as long as all the rest
                    largest[i] = given;
                }
            }
            modified[to + i] = given;
        }
    }

    private void lookForLeast(int row) {
        for (int left = asked; left != 0; left &= left - 1) {
            int i = Integer.numberOfTrailingZeros(left);
            double given = modified[row + i];
            if (given < least[i] && given != Double.NEGATIVE_INFINITY) {
                least[i] = given;
            }
        }
    }

    @Override
    public void move(PanelScores known, Tile panel) {
        for (int left = asked; left != 0; left &= left - 1) {
            int i = Integer.numberOfTrailingZeros(left);
            boolean sees = largest[i] > Double.NEGATIVE_INFINITY;
            // With a largest near 0, those far below it have no weight.
            taken[i] = sees && PanelScores.isLarge(Math.abs(largest[i])) ? largest[i] : 0;
            known.base[i] = taken[i];
            // What overflowed before has no bound.
            if (sees && known.high[i] <= Float.MAX_VALUE) {
                known.high[i] = (float) Math.max(-Float.MAX_VALUE, largest[i] - taken[i]);
            }
            known.given(i, largest[i], largest[i] - least[i]);
        }
    }

    /** A finite score hides no key, however low it is. */
    @Override
    public void apply(Tile panel, float[] scores, int offset) {
        for (int j = 0; j < panel.keys(); j++) {
            int row = offset + j * PANEL;
            int from = row % TILE;
            for (int i = 0; i < panel.queries(); i++) {
                if ((asked >>> i & 1) == 0) {
                    continue;
                }
                double given = modified[from + i];
                float score = (float) (given - taken[i]);
                boolean tooLow = score == Float.NEGATIVE_INFINITY && given != Double.NEGATIVE_INFINITY;
                scores[row + i] = tooLow ? -Float.MAX_VALUE : score;
            }
        }
    }

    @Override
    public void end() {
        asked = 0;
    }
}
