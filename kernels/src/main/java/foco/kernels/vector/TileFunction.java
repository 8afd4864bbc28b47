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

    private final ScoreModifier modifier;

    /** Whether to leave alone the queries whose scores have no base. */
    private final boolean onlyBased;

    /** What the modifier gave, as scores stand in a panel of the tile; in units of log 2. */
    private final double[] modified = new double[TILE];

    /** Of each query: the largest that the modifier gave, and the largest magnitude. */
    private final double[] largest = new double[PANEL];

    private final double[] magnitude = new double[PANEL];

    /** What is taken off them. */
    private final double[] taken = new double[PANEL];

    /** The queries that are asked about, a bit each; none before the first look at a tile. */
    private int asked;

    TileFunction(ScoreModifier modifier, boolean onlyBased) {
        this.modifier = modifier;
        this.onlyBased = onlyBased;
    }

    @Override
    public void look(Tile panel, float[] scores, int offset, PanelScores known) {
        if (asked == 0) {
            begin(panel.queries(), known);
        }
        for (int j = 0; j < panel.keys(); j++) {
            int row = offset + j * PANEL;
            for (int left = asked; left != 0; left &= left - 1) {
                int i = Integer.numberOfTrailingZeros(left);
                float score = scores[row + i];
                modified[(row + i) % TILE] =
                        Math.abs(score) <= Float.MAX_VALUE ? ask(score, i, j, panel, known) : score;
            }
        }
    }

    private void begin(int queries, PanelScores known) {
        for (int i = 0; i < queries; i++) {
            asked |= onlyBased && known.base[i] == 0 ? 0 : 1 << i;
        }
        Arrays.fill(largest, Double.NEGATIVE_INFINITY);
        Arrays.fill(magnitude, 0);
    }

    private double ask(float score, int i, int j, Tile panel, PanelScores known) {
        double given =
                modifier.applyInLog2(score + known.base[i], panel.head(), panel.firstQuery() + i, panel.firstKey() + j);
        if (given != Double.NEGATIVE_INFINITY) {
            largest[i] = Math.max(largest[i], given);
            magnitude[i] = Math.max(magnitude[i], Math.abs(given));
        }
        return given;
    }

    @Override
    public void move(PanelScores known, Tile panel) {
        for (int left = asked; left != 0; left &= left - 1) {
            int i = Integer.numberOfTrailingZeros(left);
            boolean sees = largest[i] > Double.NEGATIVE_INFINITY;
            taken[i] = sees && magnitude[i] > PanelScores.LARGE ? largest[i] : 0;
            known.base[i] = taken[i];
            // What overflowed before has no bound.
            if (sees && known.high[i] <= Float.MAX_VALUE) {
                known.high[i] = (float) (largest[i] - taken[i]);
            }
        }
    }

    @Override
    public void apply(Tile panel, float[] scores, int offset) {
        for (int j = 0; j < panel.keys(); j++) {
            int row = offset + j * PANEL;
            for (int left = asked; left != 0; left &= left - 1) {
                int i = Integer.numberOfTrailingZeros(left);
                scores[row + i] = relative(modified[(row + i) % TILE], taken[i]);
            }
        }
    }

    @Override
    public void end() {
        asked = 0;
    }

    /** A finite score hides no key, however low it is. */
    private static float relative(double given, double base) {
        return given == Double.NEGATIVE_INFINITY
                ? Float.NEGATIVE_INFINITY
                : (float) Math.max(given - base, -Float.MAX_VALUE);
    }
}
