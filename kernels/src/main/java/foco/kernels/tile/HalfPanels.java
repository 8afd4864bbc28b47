package foco.kernels.tile;

import java.io.Serializable;
import java.util.Optional;

/**
 * A matrix in {@link Panels} whose numbers take two bytes each: for weights that were kept so in a file. Nothing is rounded; a
 * matrix that has a number which two bytes do not hold is refused.
 */
public final class HalfPanels implements PackedMatrix {

    private final int rows;
    private final int columns;
    private final KeyValueType type;
    private final short[] values;

    private HalfPanels(int rows, int columns, KeyValueType type, short[] values) {
        this.rows = rows;
        this.columns = columns;
        this.type = type;
        this.values = values;
    }

    /** The same matrix in two bytes for each number, if bfloat16 or float16 holds every one of them exactly. */
    public static Optional<HalfPanels> of(Panels wide) {
        return HalfFloats.exact(wide.values())
                .map(type -> new HalfPanels(wide.rows(), wide.columns(), type, HalfFloats.narrow(type, wide.values())));
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public int columns() {
        return columns;
    }

    /** The format of a number. */
    public KeyValueType type() {
        return type;
    }

    /** The packed values, in their format; not to be written. */
    public short[] values() {
        return values;
    }

    @Override
    public long bytes() {
        return (long) Short.BYTES * values.length;
    }

    @Override
    public float value(int at) {
        return type.widen(values[at]);
    }

    /** The same matrix in four bytes for each number. */
    public Panels wide() {
        float[] all = new float[values.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = value(i);
        }
        return Panels.of(rows, columns, all);
    }

    private Object writeReplace() {
        return new Form(rows, columns, type, Floats.bytes(values));
    }

    /** How a matrix is written. */
    private record Form(int rows, int columns, KeyValueType type, byte[] values) implements Serializable {

        private Object readResolve() {
            return new HalfPanels(rows, columns, type, Floats.shorts(values));
        }
    }
}
