package foco.driver.sweep;

import foco.driver.plan.WorkItem;
import foco.kernels.AttentionSpec;
import foco.kernels.tile.QueryBlock;

/**
 * The queries of an item, where they stand among those of other heads.
 *
 * @param place the item's place in its work
 * @param rows query {@code i} of the item starts at {@code offset + i * stride}
 */
public record ItemRows(int place, float[] rows, int offset, int stride) {

    /** The queries as a kernel takes them. */
    QueryBlock pack(AttentionSpec spec, WorkItem item) {
        return QueryBlock.pack(spec, item.head(), item.firstQuery(), item.queries(), rows, offset, stride);
    }
}
