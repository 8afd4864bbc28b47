package foco.driver.table;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.InvalidInputException;
import foco.kernels.dense.RotaryEmbedding;
import foco.kernels.tile.KeyValueType;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.stream.IntStream;

/**
 * Consecutive positions of one sequence, gathered from the rows of a table.
 *
 * @param columns one array a vector column, {@code [rows, elements]} row-major
 * @param rotary the position by which rotary embedding turns each row
 * @param fault what is wrong with the rows, empty if nothing is
 */
@DefaultSerializer(JavaSerializer.class)
public record TokenBlock(String sequence, long firstPosition, int rows, float[][] columns, long[] rotary, String fault)
        implements Serializable {

    /**
     * The block with the vectors of a column turned by their rotary positions.
     *
     * @param from the first position to turn; those before it have been turned already
     * @throws InvalidInputException if a cache of cosines and sines holds none for a row
     */
    TokenBlock rotated(int column, VectorColumn shape, RotaryEmbedding rotation, long from) {
        float[][] turned = columns.clone();
        turned[column] = columns[column].clone();
        for (int i = (int) Math.max(0, Math.min(rows, from - firstPosition)); i < rows; i++) {
            try {
                rotation.rotate(turned[column], i * shape.elements(), shape.heads(), shape.width(), rotary[i]);
            } catch (IllegalArgumentException e) {
                throw new InvalidInputException(e.getMessage());
            }
        }
        return new TokenBlock(sequence, firstPosition, rows, turned, rotary, fault);
    }

    /**
     * A column with its numbers rounded to {@code type}.
     *
     * @throws InvalidInputException if one lies beyond the type's range
     */
    public float[] rounded(int column, KeyValueType type) {
        if (type == KeyValueType.FLOAT32) {
            return columns[column];
        }
        int width = columns[column].length / rows;
        float[] rounded = new float[columns[column].length];
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = type.round(columns[column][i]);
            if (Float.isInfinite(rounded[i])) {
                throw new InvalidInputException(
                        "Position %d holds %s, beyond the range of %s; keep keys and values as bf16 or float32."
                                .formatted(firstPosition + i / width, columns[column][i], type));
            }
        }
        return rounded;
    }

    /** The rows that the block was gathered from. */
    Iterator<TokenRow> tokens() {
        return IntStream.range(0, rows)
                .mapToObj(i -> {
                    TokenRow row = new TokenRow();
                    row.setSequence(sequence);
                    row.setPosition(firstPosition + i);
                    row.setRotary(rotary[i]);
                    for (int c = 0; c < columns.length; c++) {
                        int width = columns[c].length / rows;
                        row.set(c, Arrays.copyOfRange(columns[c], i * width, (i + 1) * width));
                    }
                    return row;
                })
                .iterator();
    }

    /** What the driver needs to know of the block. */
    Outline outline() {
        return new Outline(sequence, firstPosition, rows, fault);
    }

    /** A block without its vectors. */
    @DefaultSerializer(JavaSerializer.class)
    record Outline(String sequence, long firstPosition, int rows, String fault) implements Serializable {}
}
