package foco.kernels.score;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Relative position bias of Raffel et al., "Exploring the Limits of Transfer Learning" (T5, 2020), section 2.1. Near
 * distances have a bucket each, farther ones share buckets that widen logarithmically, and beyond a largest distance all
 * share the last.
 */
final class RelativeBias implements DistanceBias {

    private static final long FARTHEST = 1 << 24;

    /** {@code [buckets, heads]}. */
    private final float[][] table;

    private final int buckets;
    private final boolean bidirectional;
    private final int maxDistance;
    private final long queryOffset;

    /** The bias of distances {@code -maxDistance .. maxDistance}, head by head. */
    private final float[][] byDistance;

    RelativeBias(float[][] table, boolean bidirectional, long maxDistance, long queryOffset) {
        int oneWay = bidirectional ? table.length / 2 : table.length;
        require(
                table.length >= 2 && (!bidirectional || table.length % 2 == 0 && table.length >= 4),
                "A relative bias needs 2 buckets or more, bidirectional an even number from 4 on; its table has %d rows.",
                table.length);
        require(
                maxDistance > oneWay / 2 && maxDistance <= FARTHEST,
                "With %d buckets the largest distance must lie in %d to %d, and is %d.",
                table.length,
                oneWay / 2 + 1,
                FARTHEST,
                maxDistance);
        int heads = table[0].length;
        require(heads >= 1, "A relative bias needs a column for every head; its table has none.");
        for (int b = 0; b < table.length; b++) {
            checkRow(table[b], b, heads);
        }
        this.table = Stream.of(table).map(float[]::clone).toArray(float[][]::new);
        this.buckets = table.length;
        this.bidirectional = bidirectional;
        this.maxDistance = (int) maxDistance;
        this.queryOffset = queryOffset;
        this.byDistance = new float[heads][2 * this.maxDistance + 1];
        for (int i = 0; i <= 2 * maxDistance; i++) {
            float[] row = this.table[bucket(i - maxDistance)];
            for (int h = 0; h < heads; h++) {
                byDistance[h][i] = row[h];
            }
        }
    }

    private RelativeBias(RelativeBias other, long queryOffset) {
        this.table = other.table;
        this.buckets = other.buckets;
        this.bidirectional = other.bidirectional;
        this.maxDistance = other.maxDistance;
        this.queryOffset = queryOffset;
        this.byDistance = other.byDistance;
    }

    private static void checkRow(float[] row, int bucket, int heads) {
        require(
                row.length == heads,
                "Row 0 of a relative bias has %d heads, and row %d has %d.",
                heads,
                bucket,
                row.length);
        for (int h = 0; h < heads; h++) {
            require(
                    Float.isFinite(row[h]),
                    "A relative bias must be finite, and that of bucket %d, head %d is %s.",
                    bucket,
                    h,
                    row[h]);
        }
    }

    private static void require(boolean holds, String message, Object... values) {
        if (!holds) {
            throw new IllegalArgumentException(message.formatted(values));
        }
    }

    /** In float32, as the models were trained: elsewhere a distance at a bucket's edge may fall on its other side. */
    private int bucket(long distance) {
        int oneWay = bidirectional ? buckets / 2 : buckets;
        int first = bidirectional && distance > 0 ? oneWay : 0;
        int away = (int) (bidirectional ? Math.abs(distance) : Math.max(0, -distance));
        int exact = oneWay / 2;
        if (away < exact) {
            return first + away;
        }
        float share =
                (float) StrictMath.log((float) away / exact) / (float) StrictMath.log((double) maxDistance / exact);
        return first + Math.min(oneWay - 1, exact + (int) (share * (oneWay - exact)));
    }

    @Override
    public long queryOffset() {
        return queryOffset;
    }

    @Override
    public double bias(int head, long distance) {
        return byDistance[head][(int) Math.max(-maxDistance, Math.min(maxDistance, distance)) + maxDistance];
    }

    @Override
    public void checkHeads(int heads) {
        require(
                byDistance.length == heads,
                "A relative bias has %d columns for %d heads; give one for each.",
                byDistance.length,
                heads);
    }

    @Override
    public ScoreModifier shifted(long positions) {
        return new RelativeBias(this, queryOffset + positions);
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof RelativeBias bias
                        && bidirectional == bias.bidirectional
                        && maxDistance == bias.maxDistance
                        && queryOffset == bias.queryOffset
                        && Arrays.deepEquals(table, bias.table);
    }

    @Override
    public int hashCode() {
        return Objects.hash(bidirectional, maxDistance, queryOffset, Arrays.deepHashCode(table));
    }

    /** Its table is a string of rows, one for each bucket. */
    @Override
    public Optional<String> text() {
        List<String> rows = new ArrayList<>();
        for (float[] row : table) {
            List<String> numbers = new ArrayList<>();
            for (float value : row) {
                numbers.add(Float.toString(value));
            }
            rows.add(String.join(" ", numbers));
        }
        return Optional.of("relative bias('%s', %sto %d%s)"
                .formatted(
                        String.join("; ", rows),
                        bidirectional ? "bidirectional, " : "",
                        maxDistance,
                        queryOffset == 0 ? "" : ", query offset " + queryOffset));
    }

    @Override
    public String toString() {
        return "relative bias(%d buckets%s to %d%s)"
                .formatted(
                        buckets,
                        bidirectional ? ", bidirectional," : "",
                        maxDistance,
                        queryOffset == 0 ? "" : ", query offset " + queryOffset);
    }
}
