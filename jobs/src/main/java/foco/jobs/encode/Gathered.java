package foco.jobs.encode;

import foco.driver.block.TokenBlock;
import foco.driver.block.TokenBlocks;
import foco.driver.cluster.Fetching;
import foco.driver.metrics.JobLabel;
import java.io.IOException;
import java.util.Iterator;

/** Blocks gathered to the driver a few at a time, in the order of the output. */
final class Gathered {

    private Gathered() {}

    /** What becomes of some rows. */
    interface RowsConsumer {
        void accept(KeptRows.Rows rows) throws IOException;
    }

    static void each(TokenBlocks blocks, int column, KeptRows kept, RowsConsumer consumer) throws IOException {
        TokenBlocks one = blocks.select(blocks.columns().get(column).name());
        long bytes = (long) Float.BYTES
                * one.sequences().positions()
                * one.columns().get(0).elements();
        try (JobLabel label = JobLabel.of(blocks.context(), "writing")) {
            Iterator<TokenBlock> all = Fetching.of(blocks.context()).gather(one.grouped(), bytes);
            while (all.hasNext()) {
                KeptRows.Rows rows = kept.of(all.next(), 0);
                if (rows.rows() > 0) {
                    consumer.accept(rows);
                }
            }
        }
    }
}
