package foco.kernels.vector;

import static foco.kernels.vector.Lanes.SPECIES;

import foco.kernels.mask.Tile;
import foco.kernels.score.MatrixBias;
import foco.kernels.tile.Panels;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/** Adds a matrix of biases, which lie as a tile does: the queries of a key side by side. */
final class TileMatrixBias implements TileModifier {

    private static final int LANES = Lanes.COUNT;
    private static final int PANEL = Panels.WIDTH;

    private final MatrixBias modifier;

    TileMatrixBias(MatrixBias modifier) {
        this.modifier = modifier;
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
    public void move(ScoreBounds bounds, Tile panel) {
        bounds.add((float) (modifier.largest() * LOG2_E));
    }

    private void add(int at, float[] scores, int row) {
        FloatVector unit = FloatVector.broadcast(SPECIES, (float) LOG2_E);
        for (int lane = 0; lane < PANEL; lane += LANES) {
            FloatVector.fromArray(SPECIES, modifier.byKey(), at + lane)
                    .fma(unit, FloatVector.fromArray(SPECIES, scores, row + lane))
                    .intoArray(scores, row + lane);
        }
    }

    private void addAlike(int at, float[] scores, int row) {
        FloatVector unit = FloatVector.broadcast(SPECIES, (float) LOG2_E);
        FloatVector bias = FloatVector.broadcast(SPECIES, modifier.byKey()[at]);
        for (int lane = 0; lane < PANEL; lane += LANES) {
            bias.fma(unit, FloatVector.fromArray(SPECIES, scores, row + lane)).intoArray(scores, row + lane);
        }
    }
}
