package foco.driver.encoder;

import foco.kernels.dense.LayerNorm;
import foco.kernels.machine.Kernels;
import java.io.Serializable;

/**
 * The input of a BERT encoder: a word's row plus its position's row plus the row of token type 0, then a layer norm
 * (Devlin et al., <i>BERT: Pre-training of Deep Bidirectional Transformers</i>, section 3).
 *
 * <p>Positions are learned, one row each, and end where the table ends: 512 in the published models. Whoever embeds a
 * longer text says from where each token's position counts.
 */
public final class BertEmbeddings implements Serializable {
    private static final long serialVersionUID = 1;

    private final int width;
    private final float[] words;
    private final float[] positions;
    private final LayerNorm norm;

    /**
     * @param width length of an embedding
     * @param words {@code [vocabulary, width]}
     * @param positions {@code [positions, width]}
     * @param tokenTypes {@code [types, width]}; only the first is used: a text that is not a pair has one type
     * @param norm of that width
     * @throws IllegalArgumentException if a table is empty or does not divide into rows of that width
     */
    public BertEmbeddings(int width, float[] words, float[] positions, float[] tokenTypes, LayerNorm norm) {
        checkTable("words", width, words);
        checkTable("positions", width, positions);
        checkTable("token types", width, tokenTypes);
        this.width = width;
        this.words = words;
        // Every token is of type 0: adding its row here once spares adding it to every token.
        this.positions = plusRow(positions, tokenTypes, width);
        this.norm = norm;
    }

    private static void checkTable(String name, int width, float[] table) {
        if (width < 1 || table.length == 0 || table.length % width != 0) {
            throw new IllegalArgumentException("the table of %s has %d numbers, which are not whole rows of width %d"
                    .formatted(name, table.length, width));
        }
    }

    private static float[] plusRow(float[] table, float[] row, int width) {
        float[] sum = new float[table.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = table[i] + row[i % width];
        }
        return sum;
    }

    /** Length of an embedding. */
    public int width() {
        return width;
    }

    /** How many words there are; ids run from 0 to one less. */
    public int vocabulary() {
        return words.length / width;
    }

    /** How many positions there are, and so how many tokens can be told apart by place. */
    public int positions() {
        return positions.length / width;
    }

    /**
     * Embeds tokens.
     *
     * @param ids each token's row among the words
     * @param places each token's row among the positions
     * @return {@code [ids.length, width]}
     * @throws IllegalArgumentException if the two differ in length, or an id or a place is outside its table
     */
    public float[] embed(int[] ids, int[] places) {
        if (ids.length != places.length) {
            throw new IllegalArgumentException(ids.length + " ids but " + places.length + " places");
        }
        float[] embeddings = new float[Math.multiplyExact(ids.length, width)];
        for (int token = 0; token < ids.length; token++) {
            int word = row("id", token, ids[token], vocabulary());
            int place = row("place", token, places[token], positions());
            for (int i = 0; i < width; i++) {
                embeddings[token * width + i] = words[word + i] + positions[place + i];
            }
        }
        Kernels.dense().normalize(norm, embeddings, 0, ids.length, embeddings, 0);
        return embeddings;
    }

    private int row(String what, int token, int index, int rows) {
        if (index < 0 || index >= rows) {
            throw new IllegalArgumentException(
                    "token %d has %s %d, outside 0..%d".formatted(token, what, index, rows - 1));
        }
        return index * width;
    }
}
