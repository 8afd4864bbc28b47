package foco.kernels.tile;

import java.io.Serializable;

/**
 * A matrix {@code [rows, columns]} stored as panels of {@value #WIDTH} columns. Panel {@code p} holds columns
 * {@code 16 p .. 16 p + 15} of row 0, then of row 1, and so on; zeros fill up the last panel's columns, and every panel's
 * rows to an even number. A micro-kernel reads a panel from front to back, two rows a turn, whichever side of a product
 * it stands on: a panel row is one, two or four vectors of 512, 256 or 128 bits, or a few neighbouring numbers to
 * multiply them by. So the layout depends on no machine.
 */
public final class Panels implements PackedMatrix {

    /** The columns of a panel: the lanes of the widest vector there is. */
    public static final int WIDTH = 16;

    private final int rows;
    private final int columns;
    private final float[] values;

    private Panels(int rows, int columns, float[] values) {
        this.rows = rows;
        this.columns = columns;
        this.values = values;
    }

    private Panels(int rows, int columns) {
        this(rows, columns, new float[size(rows, columns)]);
    }

    /** A matrix of zeros, to be written by who made it. */
    public static Panels zeros(int rows, int columns) {
        return new Panels(rows, columns);
    }

    /** A matrix whose values are packed already. */
    static Panels of(int rows, int columns, float[] values) {
        return new Panels(rows, columns, values);
    }

    private static int size(int rows, int columns) {
        long size = (long) count(columns) * WIDTH * even(rows);
        if (size > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "A packed matrix of %d x %d exceeds one array; use smaller blocks.".formatted(rows, columns));
        }
        return (int) size;
    }

    /**
     * Packs a row-major matrix.
     *
     * @param source element {@code (i, j)} stands at {@code offset + i * stride + j}
     */
    public static Panels pack(float[] source, int offset, int stride, int rows, int columns) {
        Panels packed = new Panels(rows, columns);
        for (int j = 0; j < columns; j += WIDTH) {
            int width = Math.min(WIDTH, columns - j);
            int panel = packed.offset(j / WIDTH);
            for (int i = 0; i < rows; i++) {
                System.arraycopy(source, offset + i * stride + j, packed.values, panel + i * WIDTH, width);
            }
        }
        return packed;
    }

    /**
     * Packs the transpose of a row-major matrix.
     *
     * @param source element {@code (i, j)} of the packed {@code [rows, columns]} stands at
     *     {@code offset + j * stride + i}
     */
    public static Panels packTransposed(float[] source, int offset, int stride, int rows, int columns) {
        Panels packed = new Panels(rows, columns);
        for (int j = 0; j < columns; j++) {
            int column = packed.offset(j / WIDTH) + j % WIDTH;
            int from = offset + j * stride;
            for (int i = 0; i < rows; i++) {
                packed.values[column + i * WIDTH] = source[from + i];
            }
        }
        return packed;
    }

    /** The number of panels that {@code columns} columns take. */
    public static int count(int columns) {
        return (columns + WIDTH - 1) / WIDTH;
    }

    /** {@code columns} rounded up to whole panels. */
    public static int padded(int columns) {
        return count(columns) * WIDTH;
    }

    /** {@code rows} rounded up to an even number. */
    public static int even(int rows) {
        return rows + (rows & 1);
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public int columns() {
        return columns;
    }

    @Override
    public long bytes() {
        return (long) Float.BYTES * values.length;
    }

    /** The packed values; not to be written. */
    public float[] values() {
        return values;
    }

    @Override
    public float value(int at) {
        return values[at];
    }

    /** Where panel {@code panel} starts in {@link #values}. */
    public int offset(int panel) {
        return panel * even(rows) * WIDTH;
    }

    private Object writeReplace() {
        return new Form(rows, columns, Floats.bytes(values));
    }

    /** How a matrix is written. */
    private record Form(int rows, int columns, byte[] values) implements Serializable {

        private Object readResolve() {
            return new Panels(rows, columns, Floats.of(values));
        }
    }

    /** Element {@code (row, column)}. */
    public float get(int row, int column) {
        return values[offset(column / WIDTH) + row * WIDTH + column % WIDTH];
    }
}
