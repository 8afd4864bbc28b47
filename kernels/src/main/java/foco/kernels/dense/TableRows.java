package foco.kernels.dense;

import foco.kernels.tile.Floats;
import foco.kernels.tile.KeyValueType;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** The numbers of a table, in four bytes each or in two. */
sealed interface TableRows extends Serializable {

    /** Numbers written at a time: a table may have more than an array has bytes. */
    int PIECE = 1 << 26;

    /** How many numbers there are. */
    int count();

    /** Copies {@code count} numbers from index {@code from} on. */
    void copy(int from, float[] y, int y0, int count);

    /** As {@link #copy}, added to what {@code y} holds. */
    void add(int from, float[] y, int y0, int count);

    /** In four bytes each. */
    record Wide(float[] values) implements TableRows {

        @Override
        public int count() {
            return values.length;
        }

        @Override
        public void copy(int from, float[] y, int y0, int count) {
            System.arraycopy(values, from, y, y0, count);
        }

        @Override
        public void add(int from, float[] y, int y0, int count) {
            for (int j = 0; j < count; j++) {
                y[y0 + j] += values[from + j];
            }
        }

        private Object writeReplace() {
            List<byte[]> pieces = new ArrayList<>();
            for (int from = 0; from < values.length; from += PIECE) {
                pieces.add(Floats.bytes(values, from, Math.min(PIECE, values.length - from)));
            }
            return new WideForm(values.length, pieces.toArray(byte[][]::new));
        }
    }

    /** In two bytes each, which hold them exactly. */
    record Half(KeyValueType type, short[] values) implements TableRows {

        @Override
        public int count() {
            return values.length;
        }

        @Override
        public void copy(int from, float[] y, int y0, int count) {
            for (int j = 0; j < count; j++) {
                y[y0 + j] = type.widen(values[from + j]);
            }
        }

        @Override
        public void add(int from, float[] y, int y0, int count) {
            for (int j = 0; j < count; j++) {
                y[y0 + j] += type.widen(values[from + j]);
            }
        }

        private Object writeReplace() {
            List<byte[]> pieces = new ArrayList<>();
            for (int from = 0; from < values.length; from += PIECE) {
                pieces.add(Floats.bytes(values, from, Math.min(PIECE, values.length - from)));
            }
            return new HalfForm(type, values.length, pieces.toArray(byte[][]::new));
        }
    }

    /** How numbers of four bytes are written. */
    record WideForm(int count, byte[][] pieces) implements Serializable {

        private Object readResolve() {
            float[] values = new float[count];
            for (int p = 0; p < pieces.length; p++) {
                Floats.read(pieces[p], values, p * PIECE);
            }
            return new Wide(values);
        }
    }

    /** How numbers of two bytes are written. */
    record HalfForm(KeyValueType type, int count, byte[][] pieces) implements Serializable {

        private Object readResolve() {
            short[] values = new short[count];
            for (int p = 0; p < pieces.length; p++) {
                Floats.read(pieces[p], values, p * PIECE);
            }
            return new Half(type, values);
        }
    }
}
