package foco.kernels.dense;

import foco.kernels.tile.Floats;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** A table of vectors, {@code [rows, width]}, of which each token takes one: of words, of positions, of token types. */
public final class Embedding implements Serializable {

    /** Numbers written at a time: a table may have more than an array has bytes. */
    private static final int PIECE = 1 << 26;

    private final int width;
    private final float[] table;

    /**
     * @param table {@code [rows, width]} row-major; kept as it is, not to be written any more
     * @throws IllegalArgumentException if it is empty or not of whole rows
     */
    public Embedding(int width, float[] table) {
        if (width < 1 || table.length == 0 || table.length % width != 0) {
            throw new IllegalArgumentException(
                    "An embedding of width %d needs whole rows of as many numbers; given %d numbers."
                            .formatted(width, table.length));
        }
        this.width = width;
        this.table = table;
    }

    public int width() {
        return width;
    }

    public int rows() {
        return table.length / width;
    }

    /**
     * Copies each token's row.
     *
     * @param y receives {@code [ids.length, width]} from {@code y0} on
     * @throws IllegalArgumentException if there is no such row
     */
    public void look(int[] ids, float[] y, int y0) {
        for (int i = 0; i < ids.length; i++) {
            System.arraycopy(table, at(ids, i), y, y0 + i * width, width);
        }
    }

    /** As {@link #look}, added to what {@code y} holds. */
    public void add(int[] ids, float[] y, int y0) {
        for (int i = 0; i < ids.length; i++) {
            int from = at(ids, i);
            int to = y0 + i * width;
            for (int j = 0; j < width; j++) {
                y[to + j] += table[from + j];
            }
        }
    }

    private int at(int[] ids, int token) {
        int id = ids[token];
        if (id < 0 || id >= rows()) {
            throw new IllegalArgumentException(
                    "Token %d asks for row %d of an embedding of rows 0 to %d.".formatted(token, id, rows() - 1));
        }
        return id * width;
    }

    private Object writeReplace() {
        List<byte[]> pieces = new ArrayList<>();
        for (int from = 0; from < table.length; from += PIECE) {
            pieces.add(Floats.bytes(table, from, Math.min(PIECE, table.length - from)));
        }
        return new Form(width, table.length, pieces.toArray(byte[][]::new));
    }

    /** How a table is written. */
    private record Form(int width, int numbers, byte[][] pieces) implements Serializable {

        private Object readResolve() {
            float[] table = new float[numbers];
            for (int p = 0; p < pieces.length; p++) {
                Floats.read(pieces[p], table, p * PIECE);
            }
            return new Embedding(width, table);
        }
    }
}
