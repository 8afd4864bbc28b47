package foco.kernels.score;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Adds given numbers, one for each head, query and key: what ONNX and PyTorch call an additive or float mask. A dimension
 * of 1 stands for all.
 */
public final class MatrixBias implements ScoreModifier {

    /** Larger finite numbers count as this, so that no sum of a few is infinite in float32: -infinity alone hides. */
    private static final float LARGEST = 1e37f;

    /** The columns beyond the last query that a kernel may read. */
    private static final int MARGIN = 64;

    /** 128 MiB of numbers, which go with every task. */
    private static final long MAX_COUNT = 1L << 25;

    private static final int LONGEST_TEXT = 1 << 16;

    private final int heads;
    private final int queries;
    private final int keys;

    /** {@code [heads, keys, queries]}: the queries of a key side by side, as in a kernel's tile. */
    private final float[] byKey;

    private final float largest;
    private final float magnitude;
    private final boolean hidesSome;

    MatrixBias(int heads, int queries, int keys, float[] values) {
        long count = (long) heads * queries * keys;
        if (count > MAX_COUNT) {
            throw new IllegalArgumentException(
                    "A bias of %d x %d x %d takes %d MiB, and at most %d MiB go with each task; say it as a function of head, query and key."
                            .formatted(heads, queries, keys, count >> 18, MAX_COUNT >> 18));
        }
        if (heads < 1 || queries < 1 || keys < 1 || count != values.length) {
            throw new IllegalArgumentException(
                    "A bias of %d heads, %d queries and %d keys has %d numbers, and %d were given."
                            .formatted(heads, queries, keys, count, values.length));
        }
        this.heads = heads;
        this.queries = queries;
        this.keys = keys;
        this.byKey = new float[values.length + MARGIN];
        float high = Float.NEGATIVE_INFINITY;
        float far = 0;
        boolean hides = false;
        for (int h = 0; h < heads; h++) {
            for (int i = 0; i < queries; i++) {
                for (int j = 0; j < keys; j++) {
                    float value = checked(values[(h * queries + i) * keys + j], h, i, j);
                    byKey[(h * keys + j) * queries + i] = value;
                    high = Math.max(high, value);
                    if (value == Float.NEGATIVE_INFINITY) {
                        hides = true;
                    } else {
                        far = Math.max(far, Math.abs(value));
                    }
                }
            }
        }
        this.largest = high;
        this.magnitude = far;
        this.hidesSome = hides;
    }

    static MatrixBias of(float[][] values) {
        int keys = values.length == 0 ? 0 : values[0].length;
        float[] flat = new float[values.length * keys];
        for (int i = 0; i < values.length; i++) {
            if (values[i].length != keys) {
                throw new IllegalArgumentException(
                        "Row 0 of a bias has %d columns, and row %d has %d.".formatted(keys, i, values[i].length));
            }
            System.arraycopy(values[i], 0, flat, i * keys, keys);
        }
        return new MatrixBias(1, values.length, keys, flat);
    }

    private static float checked(float value, int head, int query, int key) {
        if (Float.isNaN(value) || value == Float.POSITIVE_INFINITY) {
            throw new IllegalArgumentException(
                    "A bias must be finite, or -infinity to hide a key, and that of head %d, query %d, key %d is %s."
                            .formatted(head, query, key, value));
        }
        return value == Float.NEGATIVE_INFINITY ? value : Math.max(-LARGEST, Math.min(LARGEST, value));
    }

    @Override
    public double apply(double score, int head, long query, long key) {
        return key < keys || keys == 1 ? score + byKey[at(head, query, key)] : Double.NEGATIVE_INFINITY;
    }

    /**
     * Where the bias of a pair stands in {@link #byKey}. That of the next query stands behind it, or is the same if
     * {@link #isAlikeForAllQueries}.
     */
    public int at(int head, long query, long key) {
        int h = heads == 1 ? 0 : head;
        int i = queries == 1 ? 0 : (int) query;
        int j = keys == 1 ? 0 : (int) key;
        return (h * keys + j) * queries + i;
    }

    /** The biases, the queries of a key side by side, with room to read a tile beyond the last; not to be written. */
    public float[] byKey() {
        return byKey;
    }

    public boolean isAlikeForAllQueries() {
        return queries == 1;
    }

    /** Whether a key lies beyond the matrix, where no query sees it. */
    public boolean hides(long key) {
        return key >= keys && keys != 1;
    }

    /** Whether any bias within the matrix hides a key. */
    public boolean hidesSome() {
        return hidesSome;
    }

    /** The largest of all biases. */
    public float largest() {
        return largest;
    }

    /** The largest magnitude of a bias that hides nothing. */
    public float magnitude() {
        return magnitude;
    }

    @Override
    public void checkHeads(int count) {
        if (heads != 1 && heads != count) {
            throw new IllegalArgumentException(
                    "A bias has %d heads for %d; give one for each, or one for all.".formatted(heads, count));
        }
    }

    @Override
    public ScoreModifier forSequence(String sequence, long queryCount, long keyCount) {
        requireFit("queries", queries, queryCount, queries == queryCount, sequence);
        requireFit("keys", keys, keyCount, keys <= keyCount, sequence);
        return this;
    }

    private void requireFit(String what, int count, long length, boolean fits, String sequence) {
        if (count != 1 && !fits) {
            throw new IllegalArgumentException(
                    "The %s is for %d %s, and sequence %s has %d.".formatted(this, count, what, sequence, length));
        }
    }

    /** Its rows are those of the queries that are there, wherever they stand. */
    @Override
    public ScoreModifier shifted(long positions) {
        return this;
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof MatrixBias bias
                        && heads == bias.heads
                        && queries == bias.queries
                        && keys == bias.keys
                        && Arrays.equals(byKey, bias.byKey);
    }

    @Override
    public int hashCode() {
        return Objects.hash(heads, queries, keys, Arrays.hashCode(byKey));
    }

    /** A string of rows for each head. */
    @Override
    public Optional<String> text() {
        if ((long) heads * queries * keys > LONGEST_TEXT) {
            return Optional.empty();
        }
        List<String> maps = new ArrayList<>();
        for (int head = 0; head < heads; head++) {
            List<String> rows = new ArrayList<>();
            for (int query = 0; query < queries; query++) {
                List<String> row = new ArrayList<>();
                for (int key = 0; key < keys; key++) {
                    float value = byKey[at(head, query, key)];
                    row.add(value == Float.NEGATIVE_INFINITY ? "-inf" : Float.toString(value));
                }
                rows.add(String.join(" ", row));
            }
            maps.add("'%s'".formatted(String.join("; ", rows)));
        }
        return Optional.of("bias(%s)".formatted(String.join(", ", maps)));
    }

    @Override
    public String toString() {
        return "bias(%s%d x %d)".formatted(heads == 1 ? "" : heads + " x ", queries, keys);
    }
}
