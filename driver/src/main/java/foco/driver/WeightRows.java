package foco.driver;

import foco.driver.strategy.AttentionInput;
import foco.driver.table.Sequences;
import foco.driver.table.TokenBlock;
import foco.kernels.AttentionSpec;
import foco.kernels.tile.KeyValueType;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Rows of the weight matrix, for chosen queries: their scores are computed where the keys lie. */
final class WeightRows {

    private static final long MAX_BYTES = 1L << 30;

    /** The scores of all chosen queries, in all heads, against one block of keys: {@code [query, head, key]}. */
    private record Scores(long firstKey, int keys, double[] values) implements Serializable {}

    private WeightRows() {}

    static List<AttentionWeights> of(
            AttentionSpec everySequence, KeyValueType type, AttentionInput input, String sequence, long... positions) {
        long length = length(input.keys().sequences(), sequence);
        long queryCount = length(input.queries().sequences(), sequence);
        AttentionSpec spec = everySequence.forSequence(sequence, queryCount, length);
        check(spec, queryCount, length, sequence, positions);
        float[][] chosen = queries(spec, input, sequence, positions);
        int column = input.keyColumn();
        List<Scores> scores = input.keys()
                .blocks()
                .filter(block -> block.sequence().equals(sequence))
                .map(block -> scores(spec, chosen, positions, block, block.rounded(column, type)))
                .collect();
        List<AttentionWeights> weights = new ArrayList<>();
        for (int i = 0; i < positions.length; i++) {
            for (int h = 0; h < spec.heads(); h++) {
                double[] row = new double[(int) length];
                for (Scores block : scores) {
                    int from = (i * spec.heads() + h) * block.keys;
                    System.arraycopy(block.values, from, row, (int) block.firstKey, block.keys);
                }
                weights.add(new AttentionWeights(sequence, positions[i], h, softmax(row, spec.sink(h))));
            }
        }
        return weights;
    }

    private static long length(Sequences sequences, String sequence) {
        int index = sequences.index(sequence);
        if (index < 0) {
            throw new IllegalArgumentException("There is no sequence %s.".formatted(sequence));
        }
        return sequences.length(index);
    }

    private static void check(AttentionSpec spec, long queries, long keys, String sequence, long... positions) {
        for (long position : positions) {
            if (position < 0 || position >= queries) {
                throw new IllegalArgumentException(
                        "Sequence %s has positions 0 to %d, and no %d.".formatted(sequence, queries - 1, position));
            }
        }
        double bytes = 8.0 * positions.length * spec.heads() * keys;
        if (bytes > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "The weights of %d queries in %d heads over %d keys take %.1f GiB on the driver; ask for fewer queries."
                            .formatted(positions.length, spec.heads(), keys, bytes / (1L << 30)));
        }
    }

    private static float[][] queries(AttentionSpec spec, AttentionInput input, String sequence, long... positions) {
        int width = spec.queryRowWidth();
        int column = input.queryColumn();
        List<Map<Long, float[]>> found = input.queries()
                .blocks()
                .filter(block -> block.sequence().equals(sequence))
                .map(block -> pick(block, column, width, positions))
                .collect();
        Map<Long, float[]> all = new HashMap<>();
        found.forEach(all::putAll);
        return LongStream.of(positions).mapToObj(all::get).toArray(float[][]::new);
    }

    private static Map<Long, float[]> pick(TokenBlock block, int column, int width, long... positions) {
        Map<Long, float[]> picked = new HashMap<>();
        for (long position : positions) {
            long row = position - block.firstPosition();
            if (row >= 0 && row < block.rows()) {
                int from = (int) row * width;
                picked.put(position, Arrays.copyOfRange(block.columns()[column], from, from + width));
            }
        }
        return picked;
    }

    private static Scores scores(
            AttentionSpec spec, float[][] queries, long[] positions, TokenBlock block, float[] keys) {
        int width = spec.keyWidth();
        double[] values = new double[queries.length * spec.heads() * block.rows()];
        int at = 0;
        for (int i = 0; i < queries.length; i++) {
            for (int h = 0; h < spec.heads(); h++) {
                int column = spec.keyValueHead(h) * width;
                for (int j = 0; j < block.rows(); j++) {
                    double product = dot(queries[i], h * width, keys, j * spec.keyRowWidth() + column, width);
                    values[at++] = spec.score(h, positions[i], block.firstPosition() + j, product);
                }
            }
        }
        return new Scores(block.firstPosition(), block.rows(), values);
    }

    private static double dot(float[] a, int from, float[] b, int other, int width) {
        double sum = 0;
        for (int e = 0; e < width; e++) {
            sum += (double) a[from + e] * b[other + e];
        }
        return sum;
    }

    private static float[] softmax(double[] scores, double sink) {
        float[] weights = new float[scores.length];
        double max = Arrays.stream(scores).reduce(sink, Math::max);
        if (max == Double.NEGATIVE_INFINITY) {
            return weights;
        }
        double sum = Math.exp(sink - max)
                + Arrays.stream(scores).map(s -> Math.exp(s - max)).sum();
        for (int j = 0; j < weights.length; j++) {
            weights[j] = (float) (Math.exp(scores[j] - max) / sum);
        }
        return weights;
    }
}
