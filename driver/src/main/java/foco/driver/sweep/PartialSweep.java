package foco.driver.sweep;

import foco.driver.meter.SequenceKernel;
import foco.driver.meter.TaskMeter;
import foco.driver.plan.SplitKeysPlan;
import foco.driver.plan.WorkItem;
import foco.kernels.AttentionSpec;
import foco.kernels.softmax.SoftmaxState;
import foco.kernels.tile.KeyValueBlock;
import foco.kernels.tile.QueryBlock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What all queries make of some keys that lie in one place. */
public final class PartialSweep {

    private final SplitKeysPlan plan;
    private final List<AttentionSpec> specs;
    private final float[][] rows;
    private final TaskMeter meter;
    private final SequenceKernel kernel;
    private final Map<Integer, QueryBlock> queries = new HashMap<>();
    private final Map<Integer, SoftmaxState> states = new TreeMap<>();
    private final Map<Integer, Double> shares = new HashMap<>();
    private long widened;

    /**
     * @param specs what to compute for each sequence of the queries
     * @param rows the queries of each item, {@code [queries, keyWidth]} row-major, by its place
     */
    public PartialSweep(SplitKeysPlan plan, List<AttentionSpec> specs, float[][] rows, TaskMeter meter) {
        this.meter = meter;
        this.kernel = new SequenceKernel(meter);
        this.plan = plan;
        this.specs = specs;
        this.rows = rows;
    }

    /** Takes in a block; those of a sequence have to come in order. */
    public void attend(PackedBlock block) {
        KeyValueBlock content = block.content().floats();
        meter.pulls(block.content().bytes());
        widened = block.content().widenedBytes();
        for (int place : plan.places(block.head(), block.sequence())) {
            WorkItem item = plan.work().item(place);
            AttentionSpec spec = specs.get(item.sequence());
            QueryBlock packed = queries.computeIfAbsent(place, p -> pack(spec, item, rows[p]));
            SoftmaxState state = states.computeIfAbsent(place, p -> SoftmaxState.of(spec, item.head(), item.queries()));
            kernel.of(spec).attend(packed, content, state);
            shares.merge(place, 1.0 / plan.layout().blocks(block.sequence()), Double::sum);
        }
    }

    private static QueryBlock pack(AttentionSpec spec, WorkItem item, float[] rows) {
        return QueryBlock.pack(spec, item.head(), item.firstQuery(), item.queries(), rows, 0, spec.keyWidth());
    }

    /** To be called after the last block: tells what was done, of an item's pairs as great a part as of its blocks. */
    public void finish() {
        shares.forEach((place, share) -> {
            WorkItem item = plan.work().item(place);
            kernel.finished(specs.get(item.sequence()), Math.round(item.pairs() * share));
        });
    }

    /** The states so far, by the items' places. */
    public Map<Integer, SoftmaxState> states() {
        return states;
    }

    /** What this holds. */
    public long bytes() {
        long packed = queries.values().stream().mapToLong(QueryBlock::bytes).sum();
        long state = states.values().stream()
                .mapToLong(s -> SoftmaxState.bytes(s.rows(), s.valueWidth()))
                .sum();
        return packed + state + widened;
    }
}
