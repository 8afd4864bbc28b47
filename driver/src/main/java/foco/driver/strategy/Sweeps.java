package foco.driver.strategy;

import foco.driver.plan.StreamPlan;
import foco.driver.plan.WorkItem;
import foco.kernels.AttentionSpec;
import foco.kernels.tile.KeyValueBlock;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import scala.Tuple2;

/** The items of a task in progress, which all read one key/value head. */
final class Sweeps {

    private final SequenceKernel kernel;
    private final Map<Integer, List<ItemSweep>> bySequence = new TreeMap<>();
    private long widened;

    private Sweeps(TaskMeter meter) {
        this.kernel = new SequenceKernel(meter);
    }

    /**
     * @param specs what to compute for each sequence of the queries
     * @param queries of the task's items
     */
    static Sweeps of(StreamPlan plan, List<AttentionSpec> specs, Iterator<ItemRows> queries, TaskMeter meter) {
        Sweeps sweeps = new Sweeps(meter);
        queries.forEachRemaining(placed -> {
            WorkItem item = plan.workPlan().work().item(placed.place());
            AttentionSpec spec = specs.get(item.sequence());
            int sequence = plan.keySequence(item);
            sweeps.bySequence
                    .computeIfAbsent(sequence, s -> new ArrayList<>())
                    .add(new ItemSweep(spec, item, placed, plan.layout().blocks(sequence)));
        });
        return sweeps;
    }

    /** Takes in a block of a sequence that an item attends to. */
    void attend(PackedBlock block) {
        KeyValueBlock content = block.content().floats();
        widened = block.content().widenedBytes();
        for (ItemSweep sweep : bySequence.get(block.sequence())) {
            sweep.attend(kernel, block.block(), content);
        }
    }

    /** The attention of each item by the index of its query block, once all blocks were taken in. */
    Iterator<Tuple2<Integer, HeadOutput>> outputs() {
        return bySequence.values().stream()
                .flatMap(List::stream)
                .map(sweep -> new Tuple2<>(sweep.item().block(), sweep.finish(kernel)))
                .iterator();
    }

    /** What this holds. */
    long bytes() {
        return widened
                + bySequence.values().stream()
                        .flatMap(List::stream)
                        .mapToLong(ItemSweep::bytes)
                        .sum();
    }
}
