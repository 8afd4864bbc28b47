package foco.driver.sweep;

import foco.driver.meter.SequenceKernel;
import foco.driver.plan.WorkItem;
import foco.kernels.AttentionSpec;
import foco.kernels.softmax.SegmentedState;
import foco.kernels.tile.KeyValueBlock;
import foco.kernels.tile.QueryBlock;

/** An item of work in progress: its queries, and what they have seen so far. */
public final class ItemSweep {

    private final WorkItem item;
    private final AttentionSpec spec;
    private final QueryBlock queries;
    private final SegmentedState state;

    /** @param keyBlocks the blocks of keys of its sequence */
    public ItemSweep(AttentionSpec spec, WorkItem item, ItemRows rows, int keyBlocks) {
        this.item = item;
        this.spec = spec;
        this.queries = rows.pack(spec, item);
        this.state = new SegmentedState(spec, item.head(), item.queries(), keyBlocks);
    }

    WorkItem item() {
        return item;
    }

    AttentionSpec spec() {
        return spec;
    }

    /** Takes in a block of keys and values. */
    public void attend(SequenceKernel kernel, int block, KeyValueBlock content) {
        kernel.of(spec).attend(queries, content, state.of(block));
    }

    /** The attention, once all blocks were taken in. */
    public HeadOutput finish(SequenceKernel kernel) {
        kernel.finished(spec, item.pairs());
        return HeadOutput.of(item.head(), state.merge());
    }

    /** What this holds. */
    public long bytes() {
        return queries.bytes() + state.bytes();
    }

    /** What its attention takes. */
    public long outputBytes() {
        return HeadOutput.bytes(item.queries(), spec.valueWidth());
    }
}
