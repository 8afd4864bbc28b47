package foco.driver.block;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.kernels.dense.RotaryEmbedding;
import foco.kernels.tile.Floats;
import foco.kernels.tile.KeyValueType;
import java.io.Serializable;
import java.util.Arrays;

/**
 * Consecutive positions of one sequence.
 *
 * @param sequence the name of the sequence
 * @param columns one array a vector column, {@code [rows, elements]} row-major
 * @param rotary the position by which rotary embedding turns each row; empty where that is the row's own position
 * @param fault what is wrong with the rows, empty if nothing is
 */
@DefaultSerializer(JavaSerializer.class)
public record TokenBlock(String sequence, long firstPosition, int rows, float[][] columns, long[] rotary, String fault)
        implements Serializable {

    /** A block with nothing wrong, whose rows are turned by their own positions. */
    public TokenBlock(String sequence, long firstPosition, int rows, float[]... columns) {
        this(sequence, firstPosition, rows, columns, new long[0], "");
    }

    /** The same rows with other vectors. */
    public TokenBlock with(float[]... others) {
        return new TokenBlock(sequence, firstPosition, rows, others, rotary, fault);
    }

    /** The position after the last. */
    public long endPosition() {
        return firstPosition + rows;
    }

    /** The position by which rotary embedding turns row {@code i}. */
    public long rotary(int i) {
        return rotary.length == 0 ? firstPosition + i : rotary[i];
    }

    /** The elements of a vector in a column. */
    public int width(int column) {
        return columns[column].length / rows;
    }

    /**
     * The block with the vectors of a column turned.
     *
     * @param from the first position to turn; those before it have been turned already
     * @param shift what is added to each row's rotary position
     * @throws InvalidInputException if a cache of cosines and sines holds none for a row
     */
    TokenBlock rotated(int column, VectorColumn shape, RotaryEmbedding rotation, long from, long shift) {
        float[][] turned = columns.clone();
        turned[column] = columns[column].clone();
        for (int i = (int) Math.max(0, Math.min(rows, from - firstPosition)); i < rows; i++) {
            try {
                rotation.rotate(turned[column], i * shape.elements(), shape.heads(), shape.width(), rotary(i) + shift);
            } catch (IllegalArgumentException e) {
                throw new InvalidInputException(e.getMessage());
            }
        }
        return with(turned);
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
        int width = width(column);
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

    /** What the driver needs to know of the block. */
    public Outline outline() {
        return new Outline(sequence, firstPosition, rows, fault);
    }

    /** A block without its vectors. */
    @DefaultSerializer(JavaSerializer.class)
    public record Outline(String sequence, long firstPosition, int rows, String fault) implements Serializable {}

    private Object writeReplace() {
        byte[][] bytes = Arrays.stream(columns).map(Floats::bytes).toArray(byte[][]::new);
        return new Form(sequence, firstPosition, rows, bytes, rotary, fault);
    }

    /** How a block is written. */
    @DefaultSerializer(JavaSerializer.class)
    private record Form(String sequence, long firstPosition, int rows, byte[][] columns, long[] rotary, String fault)
            implements Serializable {

        private Object readResolve() {
            float[][] floats = Arrays.stream(columns).map(Floats::of).toArray(float[][]::new);
            return new TokenBlock(sequence, firstPosition, rows, floats, rotary, fault);
        }
    }
}
