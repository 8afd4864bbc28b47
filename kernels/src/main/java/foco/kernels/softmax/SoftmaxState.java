package foco.kernels.softmax;

import foco.kernels.AttentionSpec;
import foco.kernels.tile.Panels;
import foco.kernels.tile.Scaling;
import java.io.Serializable;
import java.util.Arrays;

/**
 * Attention of some queries over the keys seen so far, in a form that can go on: for each query a reference score
 * {@code m}, the sum {@code l} of {@code 2^(s - m)} over the keys' scores {@code s}, and the sum {@code o} of the values
 * weighted so. Scores and references are in units of log 2. States over disjoint keys {@link #merge} into the state of
 * their union; {@link #finish} divides.
 *
 * <p>The reference is usually the largest score, as in online softmax, but need not be: any number near it serves, as
 * {@code o / l} does not depend on it. A kernel exploits that. A query that has seen nothing has
 * {@code m = -infinity}, {@code l = 0}, {@code o = 0}.
 *
 * <p>A head's sink goes with its states and counts once, when one is finished.
 */
public final class SoftmaxState implements Serializable {

    private static final double LN_2 = StrictMath.log(2);

    /** 2^40 keys may have values of 2^128. */
    private static final double LARGE_UNIT = 0x1p44;

    private final int rows;
    private final int valueWidth;
    private final int stride;
    private final double[] reference;
    private final double[] sum;
    private final float[] weighted;

    /** The sink's logit, in units of log 2; -infinity if there is none. */
    private final double sink;

    private double valueUnit = 1;

    private SoftmaxState(int rows, int valueWidth, double sink) {
        this.rows = rows;
        this.valueWidth = valueWidth;
        this.stride = Panels.padded(valueWidth);
        int padded = Panels.padded(rows);
        this.reference = new double[padded];
        this.sum = new double[padded];
        this.weighted = new float[padded * stride];
        this.sink = sink;
        Arrays.fill(reference, Double.NEGATIVE_INFINITY);
    }

    /** The state of {@code rows} queries of a head that have seen no key. */
    public static SoftmaxState of(AttentionSpec spec, int head, int rows) {
        return new SoftmaxState(rows, spec.valueWidth(), spec.sink(head) / LN_2);
    }

    /** The bytes that the arrays of a state take. */
    public static long bytes(int rows, int valueWidth) {
        return Panels.padded(rows) * (4L * Panels.padded(valueWidth) + 2 * Double.BYTES);
    }

    public int rows() {
        return rows;
    }

    public int valueWidth() {
        return valueWidth;
    }

    /** The distance between the rows of {@link #weighted}. */
    public int stride() {
        return stride;
    }

    /** {@code m} of each query, in units of log 2, filled up to whole panels; a kernel's to read. */
    public double[] reference() {
        return reference;
    }

    /** {@code o} of each query, {@code [rows filled up to whole panels, stride]}, in {@link #valueUnit}; a kernel's to add to. */
    public float[] weighted() {
        return weighted;
    }

    /** What {@code o} is counted in: 1, or a larger power of two once {@link #shrinkValues} was called. */
    public double valueUnit() {
        return valueUnit;
    }

    /**
     * From here on {@code o} is counted in {@value #LARGE_UNIT}, so that sums of values near the largest float32 do not
     * overflow where their average does not.
     */
    public void shrinkValues() {
        if (valueUnit == 1) {
            valueUnit = LARGE_UNIT;
            Scaling.scale(1 / LARGE_UNIT, weighted, 0, weighted.length);
        }
    }

    /** Adds to {@code l} of query {@code row}. */
    public void addToSum(int row, double weights) {
        sum[row] += weights;
    }

    /** Moves the reference of query {@code row} to {@code reference}, and {@code l} and {@code o} with it. */
    public void rescale(int row, double newReference) {
        double old = reference[row];
        reference[row] = newReference;
        if (old == newReference || old == Double.NEGATIVE_INFINITY) {
            return;
        }
        double factor = StrictMath.pow(2, old - newReference);
        sum[row] *= factor;
        for (int j = row * stride; j < row * stride + valueWidth; j++) {
            weighted[j] = (float) (weighted[j] * factor);
        }
    }

    /**
     * Takes in the state of the same queries over other keys: afterwards this is the state over both. Associative, and
     * commutative up to rounding.
     */
    public void merge(SoftmaxState other) {
        if (other.rows != rows || other.valueWidth != valueWidth) {
            throw new IllegalArgumentException("States of %d x %d and %d x %d do not merge."
                    .formatted(rows, valueWidth, other.rows, other.valueWidth));
        }
        if (other.valueUnit != 1) {
            shrinkValues();
        }
        double unit = other.valueUnit / valueUnit;
        for (int row = 0; row < rows; row++) {
            double theirs = other.reference[row];
            if (theirs == Double.NEGATIVE_INFINITY) {
                continue;
            }
            rescale(row, Math.max(reference[row], theirs));
            double factor = StrictMath.pow(2, theirs - reference[row]);
            sum[row] += other.sum[row] * factor;
            factor *= unit;
            for (int j = row * stride; j < row * stride + valueWidth; j++) {
                weighted[j] = (float) (weighted[j] + other.weighted[j] * factor);
            }
        }
    }

    /**
     * The attention: {@code o / l}, and zeros for a query that saw no key.
     *
     * @param output receives row {@code i} at {@code offset + i * outputStride}, {@code valueWidth} elements
     */
    public void finish(float[] output, int offset, int outputStride) {
        for (int row = 0; row < rows; row++) {
            double inverse = sum[row] == 0 ? 0 : 1 / (sum[row] + StrictMath.pow(2, sink - reference[row]));
            int at = offset + row * outputStride;
            System.arraycopy(weighted, row * stride, output, at, valueWidth);
            if (valueUnit == 1) {
                Scaling.scale(inverse, output, at, valueWidth);
            } else {
                finishLarge(inverse * valueUnit, output, at);
            }
        }
    }

    /** No average of float32 numbers is beyond float32, however it is rounded. */
    private void finishLarge(double factor, float[] output, int at) {
        for (int j = at; j < at + valueWidth; j++) {
            double value = output[j] * factor;
            output[j] = (float) Math.max(-Float.MAX_VALUE, Math.min(Float.MAX_VALUE, value));
        }
    }

    /**
     * The log-sum-exp of the scores of query {@code row}, natural logarithm, its sink among them: a weight is
     * {@code exp(score - lse)}. Without a sink, -infinity if the query saw no key and never else. NaN or infinity if
     * scores overflowed float32.
     */
    public float logSumExp(int row) {
        if (sum[row] == 0) {
            return (float) (sink * LN_2);
        }
        double keys = reference[row] * LN_2 + StrictMath.log(sum[row]);
        double larger = Math.max(keys, sink * LN_2);
        double smaller = Math.min(keys, sink * LN_2);
        double lse = larger + StrictMath.log1p(StrictMath.exp(smaller - larger));
        return (float) Math.max(-Float.MAX_VALUE, lse);
    }
}
