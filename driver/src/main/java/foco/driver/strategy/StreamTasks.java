package foco.driver.strategy;

import foco.driver.metrics.AttentionMetrics;
import foco.driver.plan.WorkItem;
import foco.driver.plan.WorkPlan;
import foco.driver.strategy.PullOrder.Pull;
import foco.driver.table.Sequences;
import foco.kernels.AttentionSpec;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import scala.Tuple2;

/** What the tasks of {@link StreamRdd} have to do; the same on the driver and on executors. */
final class StreamTasks implements Serializable {

    private final AttentionSpec spec;
    private final WorkPlan plan;
    private final KeyValueLayout layout;
    private final int blockRows;
    private final int[] keySequence;
    private final long[] keyLengths;
    private final AttentionMetrics metrics;

    /** @param plan with items of one key/value head in a task */
    StreamTasks(
            AttentionSpec spec,
            WorkPlan plan,
            AttentionInput input,
            KeyValueLayout layout,
            int blockRows,
            AttentionMetrics metrics) {
        this.spec = spec;
        this.plan = plan;
        this.layout = layout;
        this.blockRows = blockRows;
        this.metrics = metrics;
        Sequences keys = input.keys().sequences();
        this.keySequence = input.keySequences();
        this.keyLengths =
                IntStream.range(0, keys.count()).mapToLong(keys::length).toArray();
    }

    int count() {
        return plan.numPartitions();
    }

    /** All that a task might have to see, in its order. */
    List<Pull> pulls(int task) {
        List<WorkItem> items = plan.items(task);
        if (items.isEmpty()) {
            return List.of();
        }
        int head = spec.keyValueHead(items.get(0).head());
        TreeSet<Integer> sequences =
                items.stream().map(item -> keySequence[item.sequence()]).collect(Collectors.toCollection(TreeSet::new));
        return PullOrder.of(layout, head, sequences, task);
    }

    /** @param queries of the task's items, by their places */
    Sweeps sweeps(Iterator<Tuple2<Integer, float[]>> queries) {
        Sweeps sweeps = new Sweeps(keyLengths, blockRows, new SequenceKernel(metrics));
        while (queries.hasNext()) {
            Tuple2<Integer, float[]> next = queries.next();
            WorkItem item = plan.work().items().get(next._1);
            int sequence = keySequence[item.sequence()];
            AttentionSpec own = plan.work().spec(item.sequence());
            sweeps.add(sequence, new ItemSweep(own, item, next._2, layout.blocks(sequence)));
        }
        return sweeps;
    }
}
