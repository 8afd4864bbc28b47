package foco.kernels.breeze;

import breeze.linalg.DenseMatrix;
import foco.kernels.AttentionSpec;
import java.util.Arrays;

/**
 * Attention as the textbook defines it, in float64: whole rows of scores, softmax over each, weighted sum. No tiles, no
 * online softmax, nothing shared with the kernels. It is what every kernel is judged against, and how to read them.
 */
public final class ReferenceAttention {

    /** Rows of scores held at a time. */
    private static final int ROWS = 64;

    /**
     * What attention gives.
     *
     * @param output {@code [queries, width]} row-major
     * @param lse the log-sum-exp of each row's scores and its sink, natural logarithm; -infinity where there is neither
     */
    public record Result(double[] output, double[] lse) {}

    private ReferenceAttention() {}

    /**
     * Attention of one head.
     *
     * @param firstQuery the position of the first query in its sequence
     * @param q the queries, {@code [n, keyWidth]} row-major
     * @param k the keys, {@code [m, keyWidth]}
     * @param v the values, {@code [m, valueWidth]}
     */
    public static Result attend(AttentionSpec spec, int head, long firstQuery, double[] q, double[] k, double[] v) {
        int n = q.length / spec.keyWidth();
        int m = k.length / spec.keyWidth();
        int width = spec.valueWidth();
        DenseMatrix<Object> keys = Matrices.transposed(spec.keyWidth(), m, k);
        DenseMatrix<Object> values = Matrices.rowMajor(m, width, v, 0);
        Result result = new Result(new double[n * width], new double[n]);
        for (int i0 = 0; i0 < n; i0 += ROWS) {
            int rows = Math.min(ROWS, n - i0);
            double[] scores = Matrices.product(Matrices.rowMajor(rows, spec.keyWidth(), q, i0 * spec.keyWidth()), keys);
            double[] weights = new double[rows * m];
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < m; j++) {
                    weights[i * m + j] = spec.score(head, firstQuery + i0 + i, j, scores[i + j * rows]);
                }
                result.lse[i0 + i] = softmax(weights, i * m, m, spec.sink(head));
            }
            double[] output = Matrices.product(Matrices.rowMajor(rows, m, weights, 0), values);
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < width; j++) {
                    result.output[(i0 + i) * width + j] = output[i + j * rows];
                }
            }
        }
        return result;
    }

    /**
     * Attention of all heads, side by side as in a model: query head {@code h} takes columns {@code h * keyWidth} on of
     * a query row and its key/value head's columns of the key and value rows.
     *
     * @param q {@code [n, heads * keyWidth]} row-major
     * @param k {@code [m, keyValueHeads * keyWidth]}
     * @param v {@code [m, keyValueHeads * valueWidth]}
     * @return output {@code [n, heads * valueWidth]}, lse {@code [n, heads]}
     */
    public static Result attend(AttentionSpec spec, long firstQuery, float[] q, float[] k, float[] v) {
        int n = q.length / spec.queryRowWidth();
        int m = k.length / spec.keyRowWidth();
        Result all = new Result(new double[n * spec.outputRowWidth()], new double[n * spec.heads()]);
        for (int h = 0; h < spec.heads(); h++) {
            int g = spec.keyValueHead(h);
            Result head = attend(
                    spec,
                    h,
                    firstQuery,
                    columns(q, n, spec.queryRowWidth(), h * spec.keyWidth(), spec.keyWidth()),
                    columns(k, m, spec.keyRowWidth(), g * spec.keyWidth(), spec.keyWidth()),
                    columns(v, m, spec.valueRowWidth(), g * spec.valueWidth(), spec.valueWidth()));
            for (int i = 0; i < n; i++) {
                all.lse[i * spec.heads() + h] = head.lse[i];
                System.arraycopy(
                        head.output,
                        i * spec.valueWidth(),
                        all.output,
                        i * spec.outputRowWidth() + h * spec.valueWidth(),
                        spec.valueWidth());
            }
        }
        return all;
    }

    private static double[] columns(float[] rows, int count, int stride, int from, int width) {
        double[] columns = new double[count * width];
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < width; j++) {
                columns[i * width + j] = rows[i * stride + from + j];
            }
        }
        return columns;
    }

    /**
     * Replaces a row of scores by its softmax, from {@code offset} on; a row of -infinity becomes zeros.
     *
     * @param sink a logit that takes its share and has no place in the row; -infinity if there is none
     * @return the log-sum-exp of the row, the sink among it
     */
    public static double softmax(double[] row, int offset, int length, double sink) {
        double max = sink;
        for (int j = offset; j < offset + length; j++) {
            max = Math.max(max, row[j]);
        }
        if (max == Double.NEGATIVE_INFINITY) {
            Arrays.fill(row, offset, offset + length, 0);
            return max;
        }
        double sum = StrictMath.exp(sink - max);
        for (int j = offset; j < offset + length; j++) {
            row[j] = StrictMath.exp(row[j] - max);
            sum += row[j];
        }
        for (int j = offset; j < offset + length; j++) {
            row[j] /= sum;
        }
        return max + StrictMath.log(sum);
    }
}
