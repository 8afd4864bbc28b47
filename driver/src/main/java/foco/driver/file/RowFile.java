package foco.driver.file;

import java.io.Closeable;
import java.io.IOException;

/** A file of rows that is being written; whole when it is closed. */
public interface RowFile extends Closeable {

    /**
     * Adds a row.
     *
     * @param values one for each column, of its type; null for none
     */
    void add(Object... values) throws IOException;
}
