package foco.kernels.breeze;

import foco.kernels.AttentionSpec;
import foco.kernels.fold.Gatherer;
import foco.kernels.fold.TileSums;
import foco.kernels.fold.WeightTile;
import foco.kernels.mask.Coverage;
import foco.kernels.mask.Mask;
import foco.kernels.mask.Tile;
import foco.kernels.routine.FoldKernel;
import foco.kernels.scalar.ScalarSums;
import foco.kernels.score.ScoreModifier;
import foco.kernels.tile.KeyValueBlock;
import foco.kernels.tile.QueryBlock;
import java.util.Arrays;
import java.util.List;

/** The weights of attention on Breeze's matrices: scores in float64, weights rounded once. */
public final class BreezeFolds implements FoldKernel {

    private static final int LANES = TileSums.LANES;

    private final Mask mask;
    private final List<ScoreModifier> modifiers;
    private final WeightTile tile = new WeightTile(new ScalarSums());
    private float[] weights = new float[0];

    public BreezeFolds(AttentionSpec spec) {
        this.mask = spec.mask();
        this.modifiers = spec.scores();
    }

    @Override
    public String name() {
        return "breeze";
    }

    @Override
    public void fold(QueryBlock queries, double[] lse, KeyValueBlock block, List<? extends Gatherer<?>> gatherers) {
        WeightTile.requireNumbers(lse, queries.count());
        for (Gatherer<?> gatherer : gatherers) {
            gatherer.beginKeys(block.firstKey(), block.count());
        }
        Tile all = new Tile(queries.head(), queries.firstQuery(), queries.count(), block.firstKey(), block.count());
        Coverage coverage = mask.coverage(all);
        if (coverage != Coverage.NONE) {
            double[] scores = BreezeScores.of(mask, modifiers, queries, block, all, coverage);
            weights = weights.length < block.count() * LANES ? new float[block.count() * LANES] : weights;
            for (int row = 0; row < queries.count(); row += LANES) {
                weigh(all, row, scores, lse);
                for (Gatherer<?> gatherer : gatherers) {
                    gatherer.add(tile);
                }
            }
        }
        for (Gatherer<?> gatherer : gatherers) {
            gatherer.endKeys();
        }
    }

    private void weigh(Tile all, int row, double[] scores, double[] lse) {
        int count = Math.min(LANES, all.queries() - row);
        tile.reset(all.firstQuery() + row, row, count);
        tile.addRun(all.firstKey(), all.keys());
        tile.setWeights(weights, 0);
        Arrays.fill(weights, 0, all.keys() * LANES, 0);
        for (int i = 0; i < LANES; i++) {
            double mass = 0;
            double surprise = 0;
            for (int j = 0; i < count && j < all.keys(); j++) {
                double score = scores[j * all.queries() + row + i];
                if (score > Double.NEGATIVE_INFINITY) {
                    double exponent = lse[row + i] - score * ScoreModifier.LN_2;
                    double weight = StrictMath.exp(-exponent);
                    weights[j * LANES + i] = (float) weight;
                    mass += weight;
                    surprise += weight * exponent * ScoreModifier.LOG2_E;
                }
            }
            tile.mass()[i] = (float) mass;
            tile.surprise()[i] = (float) surprise;
        }
    }
}
