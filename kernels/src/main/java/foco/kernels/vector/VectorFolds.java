package foco.kernels.vector;

import foco.kernels.AttentionSpec;
import foco.kernels.fold.Gatherer;
import foco.kernels.fold.WeightTile;
import foco.kernels.routine.FoldKernel;
import foco.kernels.score.ScoreModifier;
import foco.kernels.tile.KeyValueBlock;
import foco.kernels.tile.Panels;
import foco.kernels.tile.QueryBlock;
import java.util.List;

/**
 * The weights of attention on the Vector API: scores as {@link VectorKernel} has them, and {@code 2^(s - lse)} of them, final at
 * once.
 */
public final class VectorFolds extends TileSweep implements FoldKernel {

    /** The reference of a lane that has no weights, above any score. */
    private static final float FAR = Float.MAX_VALUE;

    private final WeightTile tile = new WeightTile(new VectorSums());
    private final float[] relative = new float[PANEL];
    private double[] references = new double[0];
    private List<? extends Gatherer<?>> gatherers = List.of();

    public VectorFolds(AttentionSpec spec) {
        super(spec);
    }

    @Override
    public String name() {
        return "vector, " + Lanes.SPECIES.vectorBitSize() + " bits";
    }

    @Override
    public void fold(QueryBlock queries, double[] lse, KeyValueBlock block, List<? extends Gatherer<?>> all) {
        WeightTile.requireNumbers(lse, queries.count());
        references = references.length < Panels.padded(lse.length) ? new double[Panels.padded(lse.length)] : references;
        for (int i = 0; i < references.length; i++) {
            references[i] = i < lse.length ? lse[i] * ScoreModifier.LOG2_E : Double.NEGATIVE_INFINITY;
        }
        gatherers = all;
        for (Gatherer<?> gatherer : all) {
            gatherer.beginKeys(block.firstKey(), block.count());
        }
        sweep(queries, block);
        for (Gatherer<?> gatherer : all) {
            gatherer.endKeys();
        }
    }

    @Override
    void takeShortcuts(QueryBlock queries, KeyValueBlock block) {}

    @Override
    void beginTile(KeyTile keys) {}

    @Override
    double[] references() {
        return references;
    }

    @Override
    void take(QueryBlock queries, int row, int panel, int count, KeyTile keys) {
        int offset = panel * TILE_KEYS * PANEL;
        for (int i = 0; i < PANEL; i++) {
            double reference = references[row + i];
            boolean isEmpty = i >= count || reference == Double.NEGATIVE_INFINITY;
            relative[i] = isEmpty ? FAR : (float) (reference - known.base[i]);
        }
        tile.reset(queries.firstQuery() + row, row, count);
        for (KeyTile.Run run : keys.runs()) {
            tile.addRun(keys.block().firstKey() + keys.key() + run.from(), run.keys());
        }
        tile.setWeights(scores, offset);
        TileWeights.weigh(scores, offset, tile.rows(), relative, tile.mass(), tile.surprise());
        for (Gatherer<?> gatherer : gatherers) {
            gatherer.add(tile);
        }
    }
}
