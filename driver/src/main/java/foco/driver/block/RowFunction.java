package foco.driver.block;

import java.io.Serializable;

/** What becomes of the vectors of tokens, each row by itself: a layer that needs no other token. */
@FunctionalInterface
public interface RowFunction {

    /**
     * Computes new vectors. What it makes of a row must not depend on the rows that are with it: rows of several blocks
     * and sequences come together.
     *
     * @param columns one array a vector column, {@code [rows, elements]} row-major; not to be changed
     * @return one array for each column that is made
     */
    float[][] apply(float[][] columns, int rows);

    /** Makes the function in a task, which may then keep working memory: it serves that task alone. */
    @FunctionalInterface
    interface OfTask extends Serializable {
        RowFunction open();
    }
}
