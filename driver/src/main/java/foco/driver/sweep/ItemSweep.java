package foco.driver.sweep;

import foco.driver.meter.SequenceKernel;
import foco.driver.plan.WorkItem;
import foco.kernels.tile.KeyValueBlock;

/**
 * An item of work in progress: its queries, and what they have seen so far. It serves one thread.
 *
 * @param <T> what it comes to
 */
public interface ItemSweep<T> {

    WorkItem item();

    /** Takes in block {@code block} of the keys and values. */
    void take(SequenceKernel kernel, int block, KeyValueBlock content);

    /** What it comes to, once all blocks were taken in. */
    T finish(SequenceKernel kernel);

    /** What it has come to so far, to be merged with what others have over other keys. */
    ItemPart<T> part();

    /**
     * Tells what was done.
     *
     * @param share of the item's pairs
     */
    void tell(SequenceKernel kernel, double share);

    /** What this holds. */
    long bytes();

    /** What its outcome takes besides. */
    long outputBytes();
}
