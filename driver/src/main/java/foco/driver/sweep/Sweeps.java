package foco.driver.sweep;

import foco.driver.meter.SequenceKernel;
import foco.driver.meter.TaskMeter;
import foco.driver.plan.StreamPlan;
import foco.driver.plan.WorkItem;
import foco.kernels.AttentionSpec;
import foco.kernels.tile.KeyValueBlock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import scala.Tuple2;

/**
 * The items of a task in progress, which all read one key/value head.
 *
 * @param <T> what an item comes to
 */
public final class Sweeps<T> {

    private final SequenceKernel kernel;
    private final Map<Integer, List<ItemSweep<T>>> bySequence = new TreeMap<>();
    private long widened;

    private Sweeps(TaskMeter meter) {
        this.kernel = new SequenceKernel(meter);
    }

    /**
     * @param specs what to compute for each sequence of the queries
     * @param queries of the task's items
     */
    public static <T> Sweeps<T> of(
            StreamPlan plan, List<AttentionSpec> specs, Sweep<T> sweep, Iterator<ItemRows> queries, TaskMeter meter) {
        Sweeps<T> sweeps = new Sweeps<>(meter);
        queries.forEachRemaining(placed -> {
            WorkItem item = plan.workPlan().work().item(placed.place());
            AttentionSpec spec = specs.get(item.sequence());
            int sequence = plan.keySequence(item);
            sweeps.bySequence
                    .computeIfAbsent(sequence, s -> new ArrayList<>())
                    .add(sweep.begin(spec, item, placed, plan.layout().blocks(sequence)));
        });
        return sweeps;
    }

    /** Takes in a block of a sequence that an item attends to. */
    public void take(PackedBlock block) {
        KeyValueBlock content = block.content().floats();
        widened = block.content().widenedBytes();
        for (ItemSweep<T> sweep : bySequence.get(block.sequence())) {
            sweep.take(kernel, block.block(), content);
        }
    }

    /**
     * What each item comes to, by the index of its query block, once all blocks were taken in. An item is finished when
     * it is asked for, and let go: all outputs together may take as much as all states.
     */
    public Iterator<Tuple2<Integer, T>> outputs() {
        Deque<ItemSweep<T>> left = new ArrayDeque<>();
        bySequence.values().forEach(left::addAll);
        bySequence.clear();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return !left.isEmpty();
            }

            @Override
            public Tuple2<Integer, T> next() {
                ItemSweep<T> sweep = left.remove();
                return new Tuple2<>(sweep.item().block(), sweep.finish(kernel));
            }
        };
    }

    /**
     * What is held at the fullest: what items hold, and besides either keys and values or, later, an output.
     *
     * @param pulled the bytes of keys and values as they come
     */
    public long bytes(long pulled) {
        return items().mapToLong(ItemSweep::bytes).sum()
                + Math.max(
                        pulled + widened,
                        items().mapToLong(ItemSweep::outputBytes).max().orElse(0));
    }

    private Stream<ItemSweep<T>> items() {
        return bySequence.values().stream().flatMap(List::stream);
    }
}
