package foco.kernels.mask;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A matrix of bits says which blocks of queries see which blocks of keys, head by head; with blocks of 1 it is a plain
 * boolean mask.
 */
final class MatrixMask implements Mask {

    /** 128 MiB of bits, which go with every task. */
    private static final long MAX_BITS = 1L << 30;

    private final long size;
    private final int heads;
    private final int rows;
    private final int columns;
    private final BitSet seen;

    MatrixMask(long size, int heads, int rows, int columns, BitSet seen) {
        Positions.require("The size of a block", size, 1);
        Positions.require("A mask's number of heads", heads, 1);
        Positions.require("A mask's number of rows", rows, 1);
        Positions.require("A mask's number of columns", columns, 1);
        double bits = (double) heads * rows * columns;
        if (bits > MAX_BITS) {
            throw new IllegalArgumentException(
                    ("A mask of %d x %d x %d takes %.0f MiB, and at most %d MiB go with each task; say it by a block map, or as"
                                    + " a function of head, query and key.")
                            .formatted(heads, rows, columns, bits / (8 << 20), MAX_BITS / (8 << 20)));
        }
        this.size = size;
        this.heads = heads;
        this.rows = rows;
        this.columns = columns;
        this.seen = seen.get(0, (int) bits);
    }

    static MatrixMask of(long size, boolean[][] matrix) {
        Positions.require("A mask's number of rows", matrix.length, 1);
        int columns = matrix[0].length;
        BitSet seen = new BitSet();
        for (int i = 0; i < matrix.length; i++) {
            if (matrix[i].length != columns) {
                throw new IllegalArgumentException(
                        "Row 0 of a mask has %d columns, and row %d has %d.".formatted(columns, i, matrix[i].length));
            }
            for (int j = 0; j < columns; j++) {
                seen.set(Math.addExact(Math.multiplyExact(i, columns), j), matrix[i][j]);
            }
        }
        return new MatrixMask(size, 1, matrix.length, columns, seen);
    }

    @Override
    public boolean allows(int head, long query, long key) {
        long row = rows == 1 ? 0 : query / size;
        long column = columns == 1 ? 0 : key / size;
        return row < rows && column < columns && seen.get(at(head, row, column));
    }

    private int at(int head, long row, long column) {
        if (heads > 1 && head >= heads) {
            throw new IllegalArgumentException(
                    "A mask has %d heads where head %d is asked for; give one for every head, or one for all."
                            .formatted(heads, head));
        }
        return (int) (((heads == 1 ? 0 : head) * (long) rows + row) * columns + column);
    }

    @Override
    public boolean givesRanges() {
        return true;
    }

    @Override
    public boolean givesFewRanges() {
        return true;
    }

    @Override
    public boolean isAlikeForHeads() {
        return heads == 1;
    }

    @Override
    public void visible(int head, long query, KeyRanges keys) {
        long row = rows == 1 ? 0 : query / size;
        if (row >= rows) {
            return;
        }
        int start = at(head, row, 0);
        if (columns == 1) {
            keys.add(0, seen.get(start) ? Long.MAX_VALUE : 0);
            return;
        }
        int end = start + (int) Math.min(columns, (keys.end() + size - 1) / size);
        int column = start + (int) Math.min(columns, keys.first() / size);
        while (column < end) {
            int from = seen.nextSetBit(column);
            if (from < 0 || from >= end) {
                return;
            }
            column = Math.min(end, seen.nextClearBit(from));
            keys.add((from - start) * size, (column - start) * size);
        }
    }

    @Override
    public long seen(int head, long query, KeyRanges keys) {
        long row = rows == 1 ? 0 : query / size;
        if (row >= rows || columns == 1) {
            return Mask.super.seen(head, query, keys);
        }
        int start = at(head, row, 0);
        int from = start + (int) Math.min(columns, keys.first() / size);
        int to = start + (int) Math.min(columns, (keys.end() + size - 1) / size);
        if (from >= to) {
            return 0;
        }
        long count = seen.get(from, to).cardinality() * size;
        count -= seen.get(from) ? keys.first() - (from - start) * size : 0;
        return count - (seen.get(to - 1) ? Math.max(0, (to - start) * size - keys.end()) : 0);
    }

    @Override
    public long alikeUntil(long query) {
        return rows == 1 ? Long.MAX_VALUE : (query / size + 1) * size;
    }

    @Override
    public Mask forSequence(String sequence, long queries, long keys) {
        requireFit("queries", "rows", rows, queries, sequence);
        requireFit("keys", "columns", columns, keys, sequence);
        return this;
    }

    private void requireFit(String what, String side, int count, long length, String sequence) {
        long blocks = (length + size - 1) / size;
        boolean fits = count == 1 || (side.equals("rows") ? count == blocks : count <= blocks);
        if (!fits) {
            throw new IllegalArgumentException("The %s has %d %s, and the %d %s of sequence %s need %d."
                    .formatted(this, count, side, length, what, sequence, blocks));
        }
    }

    /** Its rows are those of the queries that are there, wherever they stand. */
    @Override
    public Mask shifted(long positions) {
        return this;
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof MatrixMask mask
                        && size == mask.size
                        && heads == mask.heads
                        && rows == mask.rows
                        && columns == mask.columns
                        && seen.equals(mask.seen);
    }

    @Override
    public int hashCode() {
        return Objects.hash(size, heads, rows, columns, seen);
    }

    /** A string of rows for each head. */
    @Override
    public Optional<String> text() {
        if ((long) heads * rows * columns > Positions.LONGEST_TEXT) {
            return Optional.empty();
        }
        List<String> maps = new ArrayList<>();
        for (int head = 0; head < heads; head++) {
            StringBuilder map = new StringBuilder("'");
            for (int row = 0; row < rows; row++) {
                map.append(row == 0 ? "" : " ");
                for (int column = 0; column < columns; column++) {
                    map.append(seen.get(at(head, row, column)) ? '1' : '0');
                }
            }
            maps.add(map.append("'").toString());
        }
        String all = String.join(", ", maps);
        return Optional.of(size == 1 ? "matrix(%s)".formatted(all) : "block map(%d, %s)".formatted(size, all));
    }

    @Override
    public String toString() {
        String shape = "%s%d x %d".formatted(heads == 1 ? "" : heads + " x ", rows, columns);
        return size == 1 ? "matrix(%s)".formatted(shape) : "block map(%s blocks of %d)".formatted(shape, size);
    }
}
