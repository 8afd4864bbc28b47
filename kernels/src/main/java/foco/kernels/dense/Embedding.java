package foco.kernels.dense;

import foco.kernels.tile.HalfFloats;
import java.io.Serializable;

/** A table of vectors, {@code [rows, width]}, of which each token takes one: of words, of positions, of token types. */
public final class Embedding implements Serializable {

    private final int width;
    private final TableRows table;

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
        this.table = new TableRows.Wide(table);
    }

    private Embedding(int width, TableRows table) {
        this.width = width;
        this.table = table;
    }

    /**
     * The same table with its numbers in two bytes each, in memory and when it is sent, if bfloat16 or float16 holds them
     * exactly; or else itself.
     */
    public Embedding narrowed() {
        return table instanceof TableRows.Wide wide
                ? HalfFloats.exact(wide.values())
                        .map(type ->
                                new Embedding(width, new TableRows.Half(type, HalfFloats.narrow(type, wide.values()))))
                        .orElse(this)
                : this;
    }

    /** Whether its numbers take two bytes each. */
    public boolean isNarrow() {
        return table instanceof TableRows.Half;
    }

    public int width() {
        return width;
    }

    public int rows() {
        return table.count() / width;
    }

    /**
     * Copies each token's row.
     *
     * @param y receives {@code [ids.length, width]} from {@code y0} on
     * @throws IllegalArgumentException if there is no such row
     */
    public void look(int[] ids, float[] y, int y0) {
        for (int i = 0; i < ids.length; i++) {
            table.copy(at(ids, i), y, y0 + i * width, width);
        }
    }

    /** As {@link #look}, added to what {@code y} holds. */
    public void add(int[] ids, float[] y, int y0) {
        for (int i = 0; i < ids.length; i++) {
            table.add(at(ids, i), y, y0 + i * width, width);
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
}
