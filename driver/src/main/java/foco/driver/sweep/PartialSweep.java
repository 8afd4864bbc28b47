package foco.driver.sweep;

import foco.driver.meter.SequenceKernel;
import foco.driver.meter.TaskMeter;
import foco.driver.plan.SplitKeysPlan;
import foco.driver.plan.WorkItem;
import foco.kernels.AttentionSpec;
import foco.kernels.tile.KeyValueBlock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What all queries make of some keys that lie in one place.
 *
 * @param <T> what an item comes to
 */
public final class PartialSweep<T> {

    private final SplitKeysPlan plan;
    private final List<AttentionSpec> specs;
    private final Sweep<T> sweep;
    private final ItemRows[] rows;
    private final TaskMeter meter;
    private final SequenceKernel kernel;
    private final Map<Integer, ItemSweep<T>> items = new TreeMap<>();
    private final Map<Integer, Double> shares = new HashMap<>();
    private long widened;

    /**
     * @param specs what to compute for each sequence of the queries
     * @param rows the queries of each item by its place
     */
    public PartialSweep(
            SplitKeysPlan plan, List<AttentionSpec> specs, Sweep<T> sweep, ItemRows[] rows, TaskMeter meter) {
        this.meter = meter;
        this.kernel = new SequenceKernel(meter);
        this.plan = plan;
        this.specs = specs;
        this.sweep = sweep;
        this.rows = rows;
    }

    /** Takes in a block; those of a sequence have to come in order. */
    public void take(PackedBlock block) {
        KeyValueBlock content = block.content().floats();
        meter.pulls(block.content().bytes());
        widened = block.content().widenedBytes();
        for (int place : plan.places(block.head(), block.sequence())) {
            items.computeIfAbsent(place, this::begin).take(kernel, 0, content);
            shares.merge(place, 1.0 / plan.layout().blocks(block.sequence()), Double::sum);
        }
    }

    /** All that it sees here is one segment. */
    private ItemSweep<T> begin(int place) {
        WorkItem item = plan.work().item(place);
        return sweep.begin(specs.get(item.sequence()), item, rows[place], 1);
    }

    /** To be called after the last block: tells what was done, of an item's pairs as great a part as of its blocks. */
    public void finish() {
        items.forEach((place, item) -> item.tell(kernel, shares.get(place)));
    }

    /** What items have come to so far, by their places. */
    public Map<Integer, ItemPart<T>> parts() {
        Map<Integer, ItemPart<T>> parts = new TreeMap<>();
        items.forEach((place, item) -> parts.put(place, item.part()));
        return parts;
    }

    /** What this holds. */
    public long bytes() {
        return items.values().stream().mapToLong(ItemSweep::bytes).sum() + widened;
    }
}
