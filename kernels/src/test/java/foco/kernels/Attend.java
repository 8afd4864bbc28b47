package foco.kernels;

import foco.kernels.breeze.ReferenceAttention;
import foco.kernels.mask.Mask;
import foco.kernels.routine.AttentionKernel;
import foco.kernels.score.ScoreModifier;
import foco.kernels.score.SoftCap;
import foco.kernels.softmax.SoftmaxState;
import foco.kernels.tile.HalfBlock;
import foco.kernels.tile.KeyValueBlock;
import foco.kernels.tile.KeyValueType;
import foco.kernels.tile.QueryBlock;
import foco.kernels.tile.StoredBlock;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Function;

/** One head of attention over plain arrays, blockwise through a kernel and whole in float64. */
public record Attend(AttentionSpec spec, int head, int queries, int keys, float[] q, float[] k, float[] v) {

    /** Below this outputs run out of float32's precision: what is left of values beside a sink that takes all. */
    private static final double SMALLEST = 1e-31;

    /** Half an ulp for each of the few roundings of a score, relative to the magnitude of what goes into it. */
    private static final double SCORE_ROUNDING = 3e-7;

    /** A score so far below the largest of its row has a weight that changes no float32. */
    private static final double NEGLIGIBLE = 30;

    /**
     * How far a float32 kernel may be from float64, relative: 1e-6 for
     * the sums, and what rounding a score does to its weight, which no float32 computation escapes.
     */
    public static double tolerance(double largestScore) {
        return 1e-6 + SCORE_ROUNDING * largestScore;
    }

    public static Attend random(Random random, AttentionSpec spec, int queries, int keys, double magnitude) {
        return random(random, spec, 0, queries, keys, magnitude);
    }

    public static Attend random(Random random, AttentionSpec spec, int head, int queries, int keys, double magnitude) {
        return new Attend(
                spec,
                head,
                queries,
                keys,
                gaussians(random, queries * spec.keyWidth(), magnitude),
                gaussians(random, keys * spec.keyWidth(), 1),
                gaussians(random, keys * spec.valueWidth(), 1));
    }

    public static AttentionSpec oneHead(int keyWidth, int valueWidth, Mask mask) {
        return AttentionSpec.of(1, keyWidth).withValueWidth(valueWidth).withMask(mask);
    }

    public static float[] gaussians(Random random, int count, double magnitude) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (random.nextGaussian() * magnitude);
        }
        return values;
    }

    /** What a kernel gives. */
    public record Result(float[] output, float[] lse) {}

    /** Through a kernel, in blocks of the given sizes. */
    public Result blockwise(Function<AttentionSpec, AttentionKernel> kernels, int queryRows, int keyRows) {
        return blockwise(kernels, queryRows, keyRows, KeyValueType.FLOAT32);
    }

    /** Through a kernel, keys and values being kept in a type to which they have been rounded. */
    public Result blockwise(
            Function<AttentionSpec, AttentionKernel> kernels, int queryRows, int keyRows, KeyValueType type) {
        AttentionKernel kernel = kernels.apply(spec);
        int width = spec.valueWidth();
        Result result = new Result(new float[queries * width], new float[queries]);
        for (int i = 0; i < queries; i += queryRows) {
            int rows = Math.min(queryRows, queries - i);
            QueryBlock block = QueryBlock.pack(spec, head, i, rows, q, i * spec.keyWidth(), spec.keyWidth());
            SoftmaxState state = SoftmaxState.of(spec, head, rows);
            for (int j = 0; j < keys; j += keyRows) {
                KeyValueBlock packed = keyValueBlock(j, Math.min(keyRows, keys - j));
                StoredBlock stored = type == KeyValueType.FLOAT32 ? packed : new HalfBlock(type, packed);
                kernel.attend(block, stored.floats(), state);
            }
            state.finish(result.output, i * width, width);
            for (int row = 0; row < rows; row++) {
                result.lse[i + row] = state.logSumExp(row);
            }
        }
        return result;
    }

    public KeyValueBlock keyValueBlock(int first, int count) {
        int d = spec.keyWidth();
        int w = spec.valueWidth();
        return KeyValueBlock.pack(first, count, k, first * d, d, d, v, first * w, w, w);
    }

    /**
     * The norm of what the outputs are sums of, without regard to sign. Where a few values of either sign cancel, the
     * rounding error of their sum is small beside this, and need not be beside the sum.
     */
    public double norm() {
        double[] magnitudes = new double[v.length];
        for (int i = 0; i < v.length; i++) {
            magnitudes[i] = Math.abs(v[i]);
        }
        double[] sums = ReferenceAttention.attend(spec, head, 0, doubles(q), doubles(k), magnitudes)
                .output();
        return Math.max(SMALLEST, Math.sqrt(Arrays.stream(sums).map(x -> x * x).sum()));
    }

    /** The attention in float64. */
    public ReferenceAttention.Result reference() {
        return ReferenceAttention.attend(spec, head, 0, doubles(q), doubles(k), doubles(v));
    }

    private static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }

    /**
     * The largest magnitude that goes into a score: the product of the norms of query and key, bent by soft caps, and what
     * modifiers add. Those of keys that are hidden or have next to no weight do not count.
     */
    public double largestScore() {
        double[] queryNorms = norms(q);
        double[] keyNorms = norms(k);
        if (spec.scores().isEmpty()) {
            return spec.scale()
                    * Arrays.stream(queryNorms).max().orElse(0)
                    * Arrays.stream(keyNorms).max().orElse(0);
        }
        double largest = 0;
        double[] scores = new double[keys];
        double[] magnitudes = new double[keys];
        for (int i = 0; i < queries; i++) {
            double max = Double.NEGATIVE_INFINITY;
            for (int j = 0; j < keys; j++) {
                scores[j] = spec.score(head, i, j, product(i, j));
                magnitudes[j] =
                        Double.isInfinite(scores[j]) ? 0 : magnitude(i, j, spec.scale() * queryNorms[i] * keyNorms[j]);
                max = Math.max(max, scores[j]);
            }
            for (int j = 0; j < keys; j++) {
                largest = scores[j] > max - NEGLIGIBLE ? Math.max(largest, magnitudes[j]) : largest;
            }
        }
        return largest;
    }

    private double magnitude(int query, int key, double bound) {
        double score = spec.scale() * product(query, key);
        double magnitude = bound;
        for (ScoreModifier modifier : spec.scores()) {
            double next = modifier.apply(score, head, query, key);
            magnitude = modifier instanceof SoftCap soft
                    ? capped(magnitude, score, soft.cap())
                    : magnitude + Math.abs(next - score);
            score = next;
        }
        return magnitude;
    }

    /**
     * A soft cap shrinks the error of its score by its slope there, which is 1 near 0 however large the numbers were that
     * cancelled, and rounds what it gives.
     */
    private static double capped(double magnitude, double score, double cap) {
        double least = Math.max(0, Math.abs(score) - SCORE_ROUNDING * magnitude);
        return magnitude / Math.pow(Math.cosh(least / cap), 2) + cap;
    }

    private double product(int query, int key) {
        double product = 0;
        for (int e = 0; e < spec.keyWidth(); e++) {
            product += (double) q[query * spec.keyWidth() + e] * k[key * spec.keyWidth() + e];
        }
        return product;
    }

    private double[] norms(float[] rows) {
        double[] norms = new double[rows.length / spec.keyWidth()];
        for (int i = 0; i < norms.length; i++) {
            double squares = 0;
            for (int j = i * spec.keyWidth(); j < (i + 1) * spec.keyWidth(); j++) {
                squares += (double) rows[j] * rows[j];
            }
            norms[i] = Math.sqrt(squares);
        }
        return norms;
    }

    /** The norm of the difference over the norm of {@code expected}; 0 if both are zero. */
    public static double relativeError(float[] actual, double[] expected) {
        return relativeError(
                actual,
                expected,
                Math.sqrt(Arrays.stream(expected).map(x -> x * x).sum()));
    }

    /** The norm of the difference over {@code norm}; 0 if there is no difference. */
    public static double relativeError(float[] actual, double[] expected, double norm) {
        double squares = 0;
        for (int i = 0; i < expected.length; i++) {
            squares += (actual[i] - expected[i]) * (actual[i] - expected[i]);
        }
        return squares == 0 ? 0 : Math.sqrt(squares) / norm;
    }

    /** The largest difference, each over the magnitude of its expected value where that is above 1. */
    public static double largestDifference(float[] actual, double[] expected) {
        double largest = 0;
        for (int i = 0; i < expected.length; i++) {
            if (actual[i] != expected[i]) {
                double difference = Math.abs(actual[i] - expected[i]) / Math.max(1, Math.abs(expected[i]));
                largest = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(largest, difference);
            }
        }
        return largest;
    }
}
