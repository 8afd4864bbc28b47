package foco.kernels.fold;

import java.util.Arrays;

/**
 * Some sums for each of a span of positions, of queries or of keys: {@code [count, columns]} in float64. Positions that were not
 * seen have zeros.
 */
public final class PositionSums implements SpanResult<PositionSums> {

    private final int columns;
    private long first;
    private double[] values;

    /** Zeros. */
    public PositionSums(long first, int count, int columns) {
        this.first = first;
        this.columns = columns;
        this.values = new double[Math.multiplyExact(count, columns)];
    }

    /**
     * Sums that are known.
     *
     * @param values {@code [count, columns]} row-major, kept and not copied
     */
    public PositionSums(long first, int columns, double[] values) {
        if (columns < 1 || values.length % columns != 0) {
            throw new IllegalArgumentException(
                    "%d sums are not so many for each position as %d columns.".formatted(values.length, columns));
        }
        this.first = first;
        this.columns = columns;
        this.values = values;
    }

    public int columns() {
        return columns;
    }

    /** The first position of the span. */
    public long first() {
        return first;
    }

    /** The positions in the span. */
    public int count() {
        return values.length / columns;
    }

    /** 0 outside the span. */
    public double get(long position, int column) {
        return position < first || position >= first + count() ? 0 : values[at(position) + column];
    }

    /** A column's sum over all positions. */
    public double total(int column) {
        double total = 0;
        for (int i = column; i < values.length; i += columns) {
            total += values[i];
        }
        return total;
    }

    /** The sums over all positions, as those of one position 0. */
    public PositionSums total() {
        PositionSums total = new PositionSums(0, 1, columns);
        for (int i = 0; i < values.length; i++) {
            total.values[i % columns] += values[i];
        }
        return total;
    }

    @Override
    public PositionSums span(long from, int positions) {
        long low = Math.max(first, from);
        long high = Math.max(low, Math.min(first + count(), from + positions));
        PositionSums span = new PositionSums(low, (int) (high - low), columns);
        System.arraycopy(values, high == low ? 0 : at(low), span.values, 0, span.values.length);
        return span;
    }

    void add(long position, int column, double value) {
        values[at(position) + column] += value;
    }

    /** Adds lane by lane to a column of positions that follow each other. */
    void add(long from, int column, float[] lanes, int count) {
        double[] into = values;
        int at = at(from) + column;
        for (int i = 0; i < count; i++) {
            into[at + i * columns] += lanes[i];
        }
    }

    private int at(long position) {
        return (int) (position - first) * columns;
    }

    /** Makes room for a span. */
    void cover(long from, int positions) {
        if (positions == 0) {
            return;
        }
        if (count() == 0) {
            first = from;
        }
        long low = Math.min(first, from);
        long high = Math.max(first + count(), from + positions);
        if (low == first && high == first + count()) {
            return;
        }
        double[] wider = new double[Math.toIntExact((high - low) * columns)];
        System.arraycopy(values, 0, wider, (int) (first - low) * columns, values.length);
        first = low;
        values = wider;
    }

    @Override
    public void merge(PositionSums other) {
        if (other.columns != columns) {
            throw new IllegalArgumentException(
                    "Sums of %d and %d columns do not merge.".formatted(columns, other.columns));
        }
        cover(other.first, other.count());
        int from = at(other.first);
        for (int i = 0; i < other.values.length; i++) {
            values[from + i] += other.values[i];
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PositionSums sums
                && sums.first == first
                && sums.columns == columns
                && Arrays.equals(sums.values, values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }
}
