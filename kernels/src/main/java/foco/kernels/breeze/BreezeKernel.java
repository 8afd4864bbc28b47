package foco.kernels.breeze;

import breeze.linalg.DenseMatrix;
import foco.kernels.AttentionSpec;
import foco.kernels.mask.Coverage;
import foco.kernels.mask.Mask;
import foco.kernels.mask.Tile;
import foco.kernels.routine.AttentionKernel;
import foco.kernels.score.ScoreModifier;
import foco.kernels.softmax.SoftmaxState;
import foco.kernels.tile.KeyValueBlock;
import foco.kernels.tile.QueryBlock;
import java.util.Arrays;
import java.util.List;

/**
 * Exact attention on Breeze's matrices, for machines whose JVM has no Vector API: the same blockwise algorithm in plain
 * steps, its scores in float64 and its products by whatever BLAS Breeze finds. So its last bits may differ between machines.
 */
public final class BreezeKernel implements AttentionKernel {

    private static final double LN_2 = ScoreModifier.LN_2;

    /** The values of 2^40 keys may be as large and their sum still be a float32. */
    private static final float HUGE_VALUE = 0x1p86f;

    private final Mask mask;
    private final List<ScoreModifier> modifiers;
    private double[] scores = new double[0];
    private long tilesComputed;
    private long tilesSkipped;

    public BreezeKernel(AttentionSpec spec) {
        this.mask = spec.mask();
        this.modifiers = spec.scores();
    }

    @Override
    public String name() {
        return "breeze";
    }

    @Override
    public void attend(QueryBlock queries, KeyValueBlock block, SoftmaxState state) {
        int n = queries.count();
        int m = block.count();
        Tile tile = new Tile(queries.head(), queries.firstQuery(), n, block.firstKey(), m);
        Coverage coverage = mask.coverage(tile);
        if (coverage == Coverage.NONE) {
            tilesSkipped++;
            return;
        }
        tilesComputed++;
        scores = BreezeScores.of(mask, modifiers, queries, block, tile, coverage);
        double[] weights = weigh(n, m, state);
        if (block.maxValue() > HUGE_VALUE) {
            state.shrinkValues();
        }
        DenseMatrix<Object> p = Matrices.rowMajor(n, m, weights, 0);
        double[] added = Matrices.product(p, Matrices.unpack(block.values()));
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < block.valueWidth(); j++) {
                state.weighted()[i * state.stride() + j] += (float) (added[i + j * n] / state.valueUnit());
            }
        }
    }

    @Override
    public long tilesComputed() {
        return tilesComputed;
    }

    @Override
    public long tilesSkipped() {
        return tilesSkipped;
    }

    /** Moves each query's reference to its largest score so far; gives the weights, {@code [n, m]} row-major. */
    private double[] weigh(int n, int m, SoftmaxState state) {
        double[] weights = new double[n * m];
        double[] maxima = new double[n];
        Arrays.fill(maxima, Double.NEGATIVE_INFINITY);
        for (int j = 0; j < m; j++) {
            for (int i = 0; i < n; i++) {
                maxima[i] = Math.max(maxima[i], scores[j * n + i]);
            }
        }
        for (int i = 0; i < n; i++) {
            if (maxima[i] == Double.NEGATIVE_INFINITY) {
                continue;
            }
            state.rescale(i, Math.max(state.reference()[i], maxima[i]));
            double reference = state.reference()[i];
            double sum = 0;
            for (int j = 0; j < m; j++) {
                double weight = StrictMath.exp((scores[j * n + i] - reference) * LN_2);
                weights[i * m + j] = weight;
                sum += weight;
            }
            state.addToSum(i, sum);
        }
        return weights;
    }
}
