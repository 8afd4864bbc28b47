package foco.driver.weights;

import foco.kernels.score.ScoreStage;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Which part of the matrix of scores or weights to read: some queries, over all heads and keys unless said otherwise.
 *
 * <pre>{@code
 * WeightSelection.of(17, 4096).inHeads(0, 5).overKeys(0, 1024)
 * }</pre>
 */
public final class WeightSelection {

    private final Optional<long[]> positions;
    private final List<String> sequences;
    private final Optional<int[]> heads;
    private final long firstKey;
    private final long endKey;
    private final ScoreStage stage;

    private WeightSelection(
            Optional<long[]> positions,
            List<String> sequences,
            Optional<int[]> heads,
            long firstKey,
            long endKey,
            ScoreStage stage) {
        this.positions = positions;
        this.sequences = sequences;
        this.heads = heads;
        this.firstKey = firstKey;
        this.endKey = endKey;
        this.stage = stage;
    }

    /** The weights of every query: for small inputs, the whole matrix. */
    public static WeightSelection all() {
        return new WeightSelection(Optional.empty(), List.of(), Optional.empty(), 0, Long.MAX_VALUE, ScoreStage.WEIGHT);
    }

    /** The weights of the queries at these positions, in this order. */
    public static WeightSelection of(long... positions) {
        return new WeightSelection(
                Optional.of(positions.clone()), List.of(), Optional.empty(), 0, Long.MAX_VALUE, ScoreStage.WEIGHT);
    }

    /**
     * Those of sequences of these names only, in this order.
     *
     * @throws IllegalArgumentException if one is named twice
     */
    public WeightSelection inSequences(String... names) {
        require(
                List.of(names).stream().distinct().count() == names.length,
                "Each sequence is chosen once, and given were %s.",
                List.of(names));
        return new WeightSelection(positions, List.of(names), heads, firstKey, endKey, stage);
    }

    /**
     * Those of these heads only, in this order.
     *
     * @throws IllegalArgumentException if one is named twice
     */
    public WeightSelection inHeads(int... some) {
        require(
                IntStream.of(some).distinct().count() == some.length,
                "Each head is chosen once, and given were %s.",
                Arrays.toString(some));
        return new WeightSelection(positions, sequences, Optional.of(some.clone()), firstKey, endKey, stage);
    }

    /**
     * Those of the keys {@code first .. end - 1} only; weights remain shares of what the query gives to all keys.
     *
     * @throws IllegalArgumentException if there are no such keys in any sequence
     */
    public WeightSelection overKeys(long first, long end) {
        require(
                first >= 0 && end > first,
                "Keys run from 0 on to an end above their first; given %d and %d.",
                first,
                end);
        return new WeightSelection(positions, sequences, heads, first, end, stage);
    }

    /** Scores at an earlier stage in place of weights. */
    public WeightSelection at(ScoreStage wanted) {
        return new WeightSelection(positions, sequences, heads, firstKey, endKey, wanted);
    }

    ScoreStage stage() {
        return stage;
    }

    List<String> sequences() {
        return sequences;
    }

    /** The positions among {@code queries} of a sequence. */
    long[] positions(String sequence, long queries) {
        for (long position : positions.orElse(new long[0])) {
            require(
                    position >= 0 && position < queries,
                    "Sequence %s has queries at positions 0 to %d, and none at %d.",
                    sequence,
                    queries - 1,
                    position);
        }
        return positions.map(long[]::clone).orElseGet(() -> LongStream.range(0, queries)
                .toArray());
    }

    int[] heads(int count) {
        for (int head : heads.orElse(new int[0])) {
            require(head >= 0 && head < count, "There are heads 0 to %d, and no %d.", count - 1, head);
        }
        return heads.map(int[]::clone).orElseGet(() -> IntStream.range(0, count).toArray());
    }

    /** The number of queries in a sequence of so many, without naming them. */
    long count(long queries) {
        return positions.map(some -> (long) some.length).orElse(queries);
    }

    long firstKey() {
        return firstKey;
    }

    /** The end of the keys to read of a sequence that has {@code keys}. */
    long endKey(String sequence, long keys) {
        require(
                firstKey < keys && (endKey <= keys || endKey == Long.MAX_VALUE),
                "Sequence %s has keys 0 to %d, and those from %d to %d were asked for.",
                sequence,
                keys - 1,
                firstKey,
                endKey - 1);
        return Math.min(endKey, keys);
    }

    private static void require(boolean holds, String message, Object... values) {
        if (!holds) {
            throw new IllegalArgumentException(message.formatted(values));
        }
    }
}
