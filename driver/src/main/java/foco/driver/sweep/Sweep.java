package foco.driver.sweep;

import foco.driver.plan.WorkItem;
import foco.kernels.AttentionSpec;
import java.io.Serializable;

/**
 * What tasks do with the queries of an item of work as these meet their keys: attention, or the statistics of its weights.
 * Strategies bring queries and keys together, whatever is done with them.
 *
 * @param <T> what an item comes to
 */
public interface Sweep<T> extends Serializable {

    /**
     * Begins an item.
     *
     * @param keyBlocks the blocks of keys that it will take in
     */
    ItemSweep<T> begin(AttentionSpec spec, WorkItem item, ItemRows rows, int keyBlocks);
}
