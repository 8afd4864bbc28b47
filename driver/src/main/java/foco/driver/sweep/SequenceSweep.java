package foco.driver.sweep;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.block.Sequences;
import foco.driver.block.TokenBlock;
import foco.driver.meter.SequenceKernel;
import foco.driver.meter.TaskMeter;
import foco.driver.plan.WorkItem;
import foco.driver.plan.WorkItems;
import foco.driver.plan.WorkPlan;
import foco.kernels.AttentionSpec;
import foco.kernels.tile.KeyValueType;
import foco.kernels.tile.StoredBlock;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.IntStream;
import scala.Tuple2;

/** The outputs of a task that has whole sequences: of one after another, block by block, head by head. */
public final class SequenceSweep implements Iterator<Tuple2<Integer, HeadOutput>> {

    private final Columns columns;
    private final WorkPlan plan;
    private final int task;
    private final List<AttentionSpec> specs;
    private final Ahead queries;
    private final Optional<Ahead> keys;
    private final TaskMeter meter;
    private final SequenceKernel kernel;
    private Iterator<Tuple2<Integer, HeadOutput>> ofSequence = Collections.emptyIterator();

    /**
     * Where the vectors are.
     *
     * @param shapes of the attention
     * @param sequences of the queries
     */
    @DefaultSerializer(JavaSerializer.class)
    public record Columns(AttentionSpec shapes, KeyValueType type, int query, int key, int value, Sequences sequences)
            implements Serializable {}

    /** Blocks, of which the next can be looked at. */
    private static final class Ahead {

        private final Iterator<TokenBlock> blocks;
        private TokenBlock next;

        Ahead(Iterator<TokenBlock> blocks) {
            this.blocks = blocks;
        }

        Optional<TokenBlock> peek() {
            if (next == null && blocks.hasNext()) {
                next = blocks.next();
            }
            return Optional.ofNullable(next);
        }

        /** The blocks of the next sequence; those of a named one after skipping what comes before it. */
        List<TokenBlock> take(String sequence) {
            while (peek().isPresent() && !next.sequence().equals(sequence)) {
                next = null;
            }
            List<TokenBlock> taken = new ArrayList<>();
            while (peek().isPresent() && next.sequence().equals(sequence)) {
                taken.add(next);
                next = null;
            }
            return taken;
        }
    }

    /**
     * @param specs what to compute for each sequence
     * @param queries of the task's sequences and perhaps of others, in order
     * @param keys of the same, if they are not with the queries
     */
    public SequenceSweep(
            Columns columns,
            WorkPlan plan,
            int task,
            List<AttentionSpec> specs,
            Iterator<TokenBlock> queries,
            Optional<Iterator<TokenBlock>> keys,
            TaskMeter meter) {
        this.columns = columns;
        this.plan = plan;
        this.task = task;
        this.specs = specs;
        this.queries = new Ahead(queries);
        this.keys = keys.map(Ahead::new);
        this.meter = meter;
        this.kernel = new SequenceKernel(meter);
    }

    @Override
    public boolean hasNext() {
        while (!ofSequence.hasNext() && queries.peek().isPresent()) {
            String name = queries.peek().get().sequence();
            List<TokenBlock> blocks = queries.take(name);
            if (blocks.stream().anyMatch(block -> !items(block).isEmpty())) {
                ofSequence = attend(blocks, keys.map(all -> all.take(name)).orElse(blocks));
            }
        }
        return ofSequence.hasNext();
    }

    @Override
    public Tuple2<Integer, HeadOutput> next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return ofSequence.next();
    }

    /** The items of a block that are this task's, one a head. */
    private List<ItemRows> items(TokenBlock block) {
        WorkItems work = plan.work();
        int sequence = columns.sequences.index(block.sequence());
        AttentionSpec shapes = columns.shapes;
        return IntStream.range(0, shapes.heads())
                .mapToObj(head -> new ItemRows(
                        work.place(sequence, block.firstPosition(), head),
                        block.columns()[columns.query],
                        head * shapes.keyWidth(),
                        shapes.queryRowWidth()))
                .filter(item -> item.place() >= 0 && plan.task(item.place()) == task)
                .toList();
    }

    private Iterator<Tuple2<Integer, HeadOutput>> attend(List<TokenBlock> ofQueries, List<TokenBlock> ofKeys) {
        StoredBlock[][] packed = new StoredBlock[columns.shapes.keyValueHeads()][];
        long bytes = 0;
        for (int head = 0; head < packed.length; head++) {
            packed[head] = new StoredBlock[ofKeys.size()];
            for (int b = 0; b < packed[head].length; b++) {
                packed[head][b] =
                        PackedBlock.pack(columns.shapes, columns.type, ofKeys.get(b), columns.key, columns.value, head);
                bytes += packed[head][b].bytes();
            }
        }
        long held = bytes;
        Iterator<TokenBlock> blocks = ofQueries.iterator();
        return new Iterator<>() {
            private Iterator<ItemRows> items = Collections.emptyIterator();

            @Override
            public boolean hasNext() {
                while (!items.hasNext() && blocks.hasNext()) {
                    items = items(blocks.next()).iterator();
                }
                return items.hasNext();
            }

            @Override
            public Tuple2<Integer, HeadOutput> next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return output(items.next(), packed, held);
            }
        };
    }

    private Tuple2<Integer, HeadOutput> output(ItemRows rows, StoredBlock[][] packed, long held) {
        WorkItem item = plan.work().item(rows.place());
        AttentionSpec spec = specs.get(item.sequence());
        StoredBlock[] blocks = packed[spec.keyValueHead(item.head())];
        ItemSweep sweep = new ItemSweep(spec, item, rows, blocks.length);
        for (int b = 0; b < blocks.length; b++) {
            sweep.attend(kernel, b, blocks[b].floats());
        }
        meter.holds(held + sweep.bytes() + Math.max(blocks[0].widenedBytes(), sweep.outputBytes()));
        return new Tuple2<>(item.block(), sweep.finish(kernel));
    }
}
