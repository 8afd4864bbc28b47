package foco.driver.sweep;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.meter.SequenceKernel;
import foco.driver.plan.WorkItem;
import foco.kernels.AttentionSpec;
import foco.kernels.softmax.SegmentedState;
import foco.kernels.softmax.SoftmaxState;
import foco.kernels.tile.KeyValueBlock;
import foco.kernels.tile.QueryBlock;

/** Attention: an item keeps a softmax state for each segment of its keys. */
@DefaultSerializer(JavaSerializer.class)
public record AttentionSweep() implements Sweep<HeadOutput> {

    @Override
    public ItemSweep<HeadOutput> begin(AttentionSpec spec, WorkItem item, ItemRows rows, int keyBlocks) {
        return new Item(spec, item, rows, keyBlocks);
    }

    private static final class Item implements ItemSweep<HeadOutput> {

        private final WorkItem item;
        private final AttentionSpec spec;
        private final QueryBlock queries;
        private final SegmentedState state;

        Item(AttentionSpec spec, WorkItem item, ItemRows rows, int keyBlocks) {
            this.item = item;
            this.spec = spec;
            this.queries = rows.whole().pack(spec, item.head());
            this.state = new SegmentedState(spec, item.head(), item.queries(), keyBlocks);
        }

        @Override
        public WorkItem item() {
            return item;
        }

        @Override
        public void take(SequenceKernel kernel, int block, KeyValueBlock content) {
            kernel.of(spec).attend(queries, content, state.of(block));
        }

        @Override
        public HeadOutput finish(SequenceKernel kernel) {
            tell(kernel, 1);
            return HeadOutput.of(item.head(), state.merge());
        }

        @Override
        public ItemPart<HeadOutput> part() {
            return new Part(item.head(), state.merge());
        }

        @Override
        public void tell(SequenceKernel kernel, double share) {
            kernel.finished(spec, Math.round(item.pairs() * share));
        }

        @Override
        public long bytes() {
            return queries.bytes() + state.bytes();
        }

        @Override
        public long outputBytes() {
            return HeadOutput.bytes(item.queries(), spec.valueWidth());
        }
    }

    /** Attention over some keys. */
    @DefaultSerializer(JavaSerializer.class)
    public record Part(int head, SoftmaxState state) implements ItemPart<HeadOutput> {

        @Override
        public ItemPart<HeadOutput> merged(ItemPart<HeadOutput> next) {
            state.merge(((Part) next).state);
            return this;
        }

        @Override
        public HeadOutput finish() {
            return HeadOutput.of(head, state);
        }
    }
}
