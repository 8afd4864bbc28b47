package foco.jobs.encode;

import foco.driver.block.TokenBlocks;
import java.io.IOException;

/** Where hidden states go, layer by layer as they are computed. */
interface StateOutput extends AutoCloseable {

    /** @param hidden with one column */
    void write(int layer, TokenBlocks hidden) throws IOException;

    /** Writes what is left. */
    default void finish() throws IOException {}

    @Override
    default void close() {}
}
