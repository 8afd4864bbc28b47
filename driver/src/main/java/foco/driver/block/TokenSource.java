package foco.driver.block;

import java.io.Closeable;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;

/**
 * Tokens that any task can read a range of, where it runs: files of arrays, or what is computed from positions. It says
 * what there is without a pass over it.
 */
public interface TokenSource extends Serializable {

    /** The sequences and their lengths. */
    Sequences sequences();

    /** The vectors of each token. */
    List<VectorColumn> columns();

    /** Whether blocks say by which position rotary embedding turns a row. */
    default boolean hasRotaryPositions() {
        return false;
    }

    /** Opens the source in a task; to be closed by the caller. */
    Reader open() throws IOException;

    /** An open source, for one thread. */
    interface Reader extends Closeable {

        /**
         * Reads consecutive tokens of a sequence.
         *
         * @param sequence its place among the sequences
         * @return the tokens; with what is wrong with the first that cannot be computed on, such as a NaN
         */
        TokenBlock read(int sequence, long first, int rows) throws IOException;
    }
}
