package foco.driver.sweep;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.block.BlockLayout;
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

/**
 * What the items of a task come to that has whole sequences: one sequence after another, block by block, head by head.
 *
 * @param <T> what an item comes to
 */
public final class SequenceSweep<T> implements Iterator<Tuple2<Integer, T>> {

    private final Columns columns;
    private final WorkPlan plan;
    private final int task;
    private final List<AttentionSpec> specs;
    private final Sweep<T> sweep;
    private final Ahead queries;
    private final Optional<Ahead> keys;
    private final TaskMeter meter;
    private final SequenceKernel kernel;
    private Iterator<Tuple2<Integer, T>> ofSequence = Collections.emptyIterator();

    /**
     * Where the vectors are.
     *
     * @param sequences of the queries
     */
    @DefaultSerializer(JavaSerializer.class)
    public record Columns(QuerySource queries, KeyValueType type, int key, int value, Sequences sequences)
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
            Sweep<T> sweep,
            Iterator<TokenBlock> queries,
            Optional<Iterator<TokenBlock>> keys,
            TaskMeter meter) {
        this.columns = columns;
        this.plan = plan;
        this.task = task;
        this.specs = specs;
        this.sweep = sweep;
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
            List<Integer> places = places(blocks.get(0));
            if (!places.isEmpty()) {
                ofSequence =
                        outcomes(places, blocks, keys.map(all -> all.take(name)).orElse(blocks));
            }
        }
        return ofSequence.hasNext();
    }

    @Override
    public Tuple2<Integer, T> next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return ofSequence.next();
    }

    /** The items of a sequence that are this task's, in the order of their blocks. */
    private List<Integer> places(TokenBlock first) {
        WorkItems work = plan.work();
        BlockLayout layout = work.layout();
        int sequence = columns.sequences.index(first.sequence());
        return IntStream.range(layout.firstBlockOf(sequence), layout.firstBlockOf(sequence + 1))
                .boxed()
                .flatMap(block -> IntStream.range(0, shapes().heads())
                        .mapToObj(head -> work.place(sequence, layout.firstPosition(block), head)))
                .filter(place -> place >= 0 && plan.task(place) == task)
                .toList();
    }

    private AttentionSpec shapes() {
        return columns.queries.shapes();
    }

    private Iterator<Tuple2<Integer, T>> outcomes(
            List<Integer> places, List<TokenBlock> ofQueries, List<TokenBlock> ofKeys) {
        StoredBlock[][] packed = new StoredBlock[shapes().keyValueHeads()][];
        long bytes = 0;
        for (int head = 0; head < packed.length; head++) {
            packed[head] = new StoredBlock[ofKeys.size()];
            for (int b = 0; b < packed[head].length; b++) {
                packed[head][b] =
                        PackedBlock.pack(shapes(), columns.type, ofKeys.get(b), columns.key, columns.value, head);
                bytes += packed[head][b].bytes();
            }
        }
        long held = bytes;
        return places.stream()
                .map(place -> outcome(place, ofQueries, packed, held))
                .iterator();
    }

    private Tuple2<Integer, T> outcome(int place, List<TokenBlock> ofQueries, StoredBlock[][] packed, long held) {
        WorkItem item = plan.work().item(place);
        AttentionSpec spec = specs.get(item.sequence());
        List<TokenBlock> own = ofQueries.stream()
                .filter(block -> block.endPosition() > item.firstQuery()
                        && block.firstPosition() < item.firstQuery() + item.queries())
                .toList();
        StoredBlock[] blocks = packed[spec.keyValueHead(item.head())];
        ItemSweep<T> itsSweep = sweep.begin(spec, item, columns.queries.of(plan.work(), place, own), blocks.length);
        for (int b = 0; b < blocks.length; b++) {
            itsSweep.take(kernel, b, blocks[b].floats());
        }
        meter.holds(held + itsSweep.bytes() + Math.max(blocks[0].widenedBytes(), itsSweep.outputBytes()));
        return new Tuple2<>(item.block(), itsSweep.finish(kernel));
    }
}
