package foco.kernels.breeze;

import breeze.linalg.DenseMatrix;
import foco.kernels.AttentionKernel;
import foco.kernels.AttentionSpec;
import foco.kernels.mask.Coverage;
import foco.kernels.mask.Mask;
import foco.kernels.mask.Tile;
import foco.kernels.score.ScoreModifier;
import foco.kernels.softmax.SoftmaxState;
import foco.kernels.tile.KeyValueBlock;
import foco.kernels.tile.QueryBlock;
import java.util.Arrays;
import java.util.List;

/**
 * Exact attention on Breeze's matrices, for machines whose JVM has no Vector API: the same blockwise algorithm in plain
 * steps, its products in float64 by whatever BLAS Breeze finds.
 */
public final class BreezeKernel implements AttentionKernel {

    private static final double LN_2 = Math.log(2);

    private final Mask mask;
    private final List<ScoreModifier> modifiers;
    private float[] scores = new float[0];
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
        // Column-major [n, m] is the layout of a tile: a key's scores side by side.
        double[] products =
                Matrices.product(Matrices.transpose(Matrices.unpack(queries.values())), Matrices.unpack(block.keys()));
        scores = scores.length < n * m ? new float[n * m] : scores;
        for (int i = 0; i < n * m; i++) {
            scores[i] = (float) products[i];
        }
        if (coverage == Coverage.PARTIAL) {
            hide(tile);
        }
        for (ScoreModifier modifier : modifiers) {
            modify(tile, modifier);
        }
        double[] weights = weigh(n, m, state);
        DenseMatrix<Object> p = Matrices.rowMajor(n, m, weights, 0);
        double[] added = Matrices.product(p, Matrices.unpack(block.values()));
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < block.valueWidth(); j++) {
                state.weighted()[i * state.stride() + j] += (float) added[i + j * n];
            }
        }
    }

    private void hide(Tile tile) {
        for (int j = 0; j < tile.keys(); j++) {
            for (int i = 0; i < tile.queries(); i++) {
                if (!mask.allows(tile.head(), tile.firstQuery() + i, tile.firstKey() + j)) {
                    scores[j * tile.queries() + i] = Float.NEGATIVE_INFINITY;
                }
            }
        }
    }

    /** Modifies the scores that are not hidden. */
    private void modify(Tile tile, ScoreModifier modifier) {
        for (int j = 0; j < tile.keys(); j++) {
            for (int i = 0; i < tile.queries(); i++) {
                int at = j * tile.queries() + i;
                if (scores[at] != Float.NEGATIVE_INFINITY) {
                    double score =
                            modifier.apply(scores[at] * LN_2, tile.head(), tile.firstQuery() + i, tile.firstKey() + j);
                    scores[at] = (float) (score / LN_2);
                }
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
        float[] maxima = new float[n];
        Arrays.fill(maxima, Float.NEGATIVE_INFINITY);
        for (int j = 0; j < m; j++) {
            for (int i = 0; i < n; i++) {
                maxima[i] = Math.max(maxima[i], scores[j * n + i]);
            }
        }
        for (int i = 0; i < n; i++) {
            if (maxima[i] == Float.NEGATIVE_INFINITY) {
                continue;
            }
            state.rescale(i, Math.max(state.reference()[i], maxima[i]));
            double reference = state.reference()[i];
            double sum = 0;
            for (int j = 0; j < m; j++) {
                double weight = Math.exp((scores[j * n + i] - reference) * LN_2);
                weights[i * m + j] = weight;
                sum += weight;
            }
            state.addToSum(i, sum);
        }
        return weights;
    }
}
