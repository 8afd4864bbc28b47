package foco.driver.table;

import java.io.Serializable;

/**
 * Consecutive positions of one sequence, gathered from the rows of a table.
 *
 * @param columns one array a vector column, {@code [rows, elements]} row-major
 * @param fault what is wrong with the rows, empty if nothing is
 */
public record TokenBlock(String sequence, long firstPosition, int rows, float[][] columns, String fault)
        implements Serializable {

    /** What the driver needs to know of the block. */
    Outline outline() {
        return new Outline(sequence, firstPosition, rows, fault);
    }

    /** A block without its vectors. */
    record Outline(String sequence, long firstPosition, int rows, String fault) implements Serializable {}
}
