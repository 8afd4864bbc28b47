package foco.kernels.vector;

import static foco.kernels.vector.Lanes.SPECIES;
import static foco.kernels.vector.Lanes.TYPE;

import foco.kernels.mask.Tile;
import foco.kernels.score.MatrixBias;
import foco.kernels.tile.Panels;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Adds a matrix of biases, which lie as a tile does: the queries of a key side by side. Of large biases, each query's
 * largest among the keys it sees in the tile becomes part of its base.
 */
final class TileMatrixBias implements TileModifier {

    private static final int LANES = Lanes.COUNT;
    private static final int PANEL = Panels.WIDTH;

    private final MatrixBias modifier;
    private final boolean large;

    /** What is taken off the biases of each query: 0 unless they are large. */
    private final float[] taken = new float[PANEL];

    private boolean looked;

    TileMatrixBias(MatrixBias modifier) {
        this.modifier = modifier;
        this.large = modifier.magnitude() * LOG2_E > PanelScores.LARGE;
    }

    @Override
    public void look(Tile panel, float[] scores, int offset, PanelScores known) {
        if (!large) {
            return;
        }
        if (!looked) {
            Arrays.fill(taken, Float.NEGATIVE_INFINITY);
            looked = true;
        }
        for (int j = 0; j < panel.keys(); j++) {
            long key = panel.firstKey() + j;
            if (!modifier.hides(key)) {
                int at = modifier.at(panel.head(), panel.firstQuery(), key);
                lookAt(at, scores, offset + j * PANEL);
            }
        }
    }

    private void lookAt(int at, float[] scores, int row) {
        float[] biases = modifier.byKey();
        for (int lane = 0; lane < PANEL; lane += LANES) {
            FloatVector bias = modifier.isAlikeForAllQueries()
                    ? FloatVector.broadcast(SPECIES, biases[at])
                    : FloatVector.fromArray(SPECIES, biases, at + lane);
            FloatVector largest = FloatVector.fromArray(SPECIES, taken, lane);
            FloatVector score = FloatVector.fromArray(SPECIES, scores, row + lane);
            TYPE.cast(largest.blend(largest.max(bias), score.compare(VectorOperators.NE, Float.NEGATIVE_INFINITY)))
                    .intoArray(taken, lane);
        }
    }

    @Override
    public void move(PanelScores known, Tile panel) {
        if (modifier.hidesSome() || modifier.hides(panel.firstKey() + panel.keys() - 1)) {
            known.hidden();
        }
        for (int i = 0; i < PANEL; i++) {
            // Of a query that sees no key of the tile it is -infinity.
            float most = large ? taken[i] : modifier.largest();
            known.added(i, most * LOG2_E, large ? Double.POSITIVE_INFINITY : 0, true);
            taken[i] = PanelScores.taken(taken[i]);
            known.base[i] += taken[i] * LOG2_E;
            known.high[i] += (float) ((most - taken[i]) * LOG2_E);
        }
    }

    @Override
    public void apply(Tile panel, float[] scores, int offset) {
        for (int j = 0; j < panel.keys(); j++) {
            long key = panel.firstKey() + j;
            int row = offset + j * PANEL;
            if (modifier.hides(key)) {
                Arrays.fill(scores, row, row + PANEL, Float.NEGATIVE_INFINITY);
            } else if (modifier.isAlikeForAllQueries()) {
                addAlike(modifier.at(panel.head(), panel.firstQuery(), key), scores, row);
            } else {
                add(modifier.at(panel.head(), panel.firstQuery(), key), scores, row);
            }
        }
    }

    @Override
    public void end() {
        looked = false;
    }

    private void add(int at, float[] scores, int row) {
        FloatVector unit = FloatVector.broadcast(SPECIES, (float) LOG2_E);
        for (int lane = 0; lane < PANEL; lane += LANES) {
            TYPE.cast(FloatVector.fromArray(SPECIES, modifier.byKey(), at + lane)
                            .sub(FloatVector.fromArray(SPECIES, taken, lane))
                            .fma(unit, FloatVector.fromArray(SPECIES, scores, row + lane)))
                    .intoArray(scores, row + lane);
        }
    }

    private void addAlike(int at, float[] scores, int row) {
        FloatVector unit = FloatVector.broadcast(SPECIES, (float) LOG2_E);
        FloatVector bias = FloatVector.broadcast(SPECIES, modifier.byKey()[at]);
        for (int lane = 0; lane < PANEL; lane += LANES) {
            TYPE.cast(bias.sub(FloatVector.fromArray(SPECIES, taken, lane))
                            .fma(unit, FloatVector.fromArray(SPECIES, scores, row + lane)))
                    .intoArray(scores, row + lane);
        }
    }
}
