package foco.driver.plan;

import foco.driver.FocoConf;
import foco.kernels.AttentionSpec;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.apache.spark.Partitioner;

/**
 * Which task computes which items of some work. They are dealt out so that tasks cost about the same: the dearest item
 * first, always to the task that has least. Under a causal mask the last block of a sequence costs many times the first.
 */
public final class WorkPlan extends Partitioner {

    /** Tasks a core, so that the last ones to end do not leave the others waiting long. */
    private static final int TASKS_PER_CORE = 4;

    /** Operations in a task, a few seconds of one core: what is lost with it, and how often progress shows. */
    private static final double MAX_OPERATIONS = 2e11;

    /** Spark's driver keeps account of every task, and each leaves a file in a checkpoint. */
    private static final long MOST_TASKS = 1 << 15;

    private final Work work;
    private final int[] partitions;
    private final int count;

    private WorkPlan(Work work, int[] partitions, int count) {
        this.work = work;
        this.partitions = partitions;
        this.count = count;
    }

    /** @param cores the tasks that run at a time */
    public static WorkPlan of(AttentionSpec spec, Work work, FocoConf conf, int cores) {
        double operations = 2.0 * (spec.keyWidth() + spec.valueWidth()) * work.pairs();
        long wanted = Math.max((long) TASKS_PER_CORE * cores, (long) Math.ceil(operations / MAX_OPERATIONS));
        int count = conf.partitions().orElse((int)
                Math.max(1, Math.min(Math.min(wanted, MOST_TASKS), work.items().size())));
        return new WorkPlan(work, deal(work.items(), count), count);
    }

    private static int[] deal(List<WorkItem> items, int count) {
        record Load(int partition, long pairs) {}
        PriorityQueue<Load> loads =
                new PriorityQueue<>(Comparator.comparingLong(Load::pairs).thenComparingInt(Load::partition));
        for (int p = 0; p < count; p++) {
            loads.add(new Load(p, 0));
        }
        Integer[] order = new Integer[items.size()];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        Arrays.sort(order, Comparator.comparingLong(i -> -items.get(i).pairs()));
        int[] partitions = new int[items.size()];
        for (int i : order) {
            Load least = loads.remove();
            partitions[i] = least.partition;
            loads.add(new Load(least.partition, least.pairs + items.get(i).pairs()));
        }
        return partitions;
    }

    public Work work() {
        return work;
    }

    @Override
    public int numPartitions() {
        return count;
    }

    /** @param place of an item in {@link Work#items} */
    @Override
    public int getPartition(Object place) {
        return partitions[(Integer) place];
    }
}
