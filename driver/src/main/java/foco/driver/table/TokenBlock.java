package foco.driver.table;

import foco.driver.InvalidInputException;
import foco.kernels.tile.KeyValueType;
import java.io.Serializable;

/**
 * Consecutive positions of one sequence, gathered from the rows of a table.
 *
 * @param columns one array a vector column, {@code [rows, elements]} row-major
 * @param fault what is wrong with the rows, empty if nothing is
 */
public record TokenBlock(String sequence, long firstPosition, int rows, float[][] columns, String fault)
        implements Serializable {

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

    /** What the driver needs to know of the block. */
    Outline outline() {
        return new Outline(sequence, firstPosition, rows, fault);
    }

    /** A block without its vectors. */
    record Outline(String sequence, long firstPosition, int rows, String fault) implements Serializable {}
}
