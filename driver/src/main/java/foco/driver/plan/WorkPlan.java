package foco.driver.plan;

import foco.driver.FocoConf;
import foco.driver.InvalidInputException;
import foco.driver.table.Sequences;
import foco.kernels.AttentionSpec;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.IntStream;
import org.apache.spark.Partitioner;

/**
 * Which task computes which queries. Work is cut into blocks of queries x heads, and these are dealt out so that tasks
 * cost about the same: the dearest item first, always to the task that has least. Under a causal mask the last block of
 * a sequence costs many times the first.
 */
public final class WorkPlan extends Partitioner {

    /** Tasks a core, so that the last ones to end do not leave the others waiting long. */
    private static final int TASKS_PER_CORE = 4;

    /** Operations in a task, a few seconds of one core: what is lost with it, and how often progress shows. */
    private static final double MAX_OPERATIONS = 2e11;

    private final AttentionSpec[] specs;
    private final List<WorkItem> items;
    private final int[] firstBlocks;
    private final int firstHead;
    private final int heads;
    private final int[] partitions;
    private final int count;

    private WorkPlan(
            AttentionSpec[] specs,
            List<WorkItem> items,
            int[] firstBlocks,
            int firstHead,
            int heads,
            int[] partitions,
            int count) {
        this.specs = specs;
        this.items = items;
        this.firstBlocks = firstBlocks;
        this.firstHead = firstHead;
        this.heads = heads;
        this.partitions = partitions;
        this.count = count;
    }

    /**
     * Plans the query heads {@code firstHead .. firstHead + heads - 1} of all sequences.
     *
     * @param cores the tasks that run at a time
     * @throws InvalidInputException if the mask does not fit a sequence
     */
    public static WorkPlan of(
            AttentionSpec spec, Sequences queries, Sequences keys, int firstHead, int heads, FocoConf conf, int cores) {
        int rows = conf.blockRows();
        int[] firstBlocks = firstBlocks(queries, rows);
        long[] keyCounts = IntStream.range(0, queries.count())
                .mapToLong(s -> keys.length(keys.index(queries.name(s))))
                .toArray();
        AttentionSpec[] specs = IntStream.range(0, queries.count())
                .mapToObj(s -> forSequence(spec, queries.name(s), queries.length(s), keyCounts[s]))
                .toArray(AttentionSpec[]::new);
        // Side by side, since a user's mask may have to be asked pair by pair.
        List<WorkItem> items = IntStream.range(0, firstBlocks[queries.count()] * heads)
                .parallel()
                .mapToObj(i -> {
                    int b = i / heads;
                    int found = Arrays.binarySearch(firstBlocks, b);
                    int s = found >= 0 ? found : -found - 2;
                    int h = firstHead + i % heads;
                    long first = (long) (b - firstBlocks[s]) * rows;
                    int count = (int) Math.min(rows, queries.length(s) - first);
                    return new WorkItem(b, s, first, count, h, specs[s].mask().pairs(h, first, count, keyCounts[s]));
                })
                .toList();
        double operations = 2.0 * (spec.keyWidth() + spec.valueWidth()) * pairs(items);
        long wanted = Math.max((long) TASKS_PER_CORE * cores, (long) Math.ceil(operations / MAX_OPERATIONS));
        int count = conf.partitions().orElse((int) Math.max(1, Math.min(wanted, items.size())));
        return new WorkPlan(specs, items, firstBlocks, firstHead, heads, deal(items, count), count);
    }

    private static AttentionSpec forSequence(AttentionSpec spec, String sequence, long queries, long keys) {
        try {
            AttentionSpec own = spec.forSequence(sequence, queries, keys);
            // A mask of too few heads says so when it is asked for the last.
            own.mask().allows(spec.heads() - 1, 0, 0);
            return own;
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(e.getMessage());
        }
    }

    /** The index of each sequence's first block, and at the end the number of blocks. */
    private static int[] firstBlocks(Sequences sequences, int rows) {
        int[] first = new int[sequences.count() + 1];
        for (int s = 0; s < sequences.count(); s++) {
            first[s + 1] = Math.toIntExact(first[s] + (sequences.length(s) + rows - 1) / rows);
        }
        return first;
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

    private static long pairs(List<WorkItem> items) {
        return items.stream().mapToLong(WorkItem::pairs).sum();
    }

    /** The (query, key) pairs of all items. */
    public long pairs() {
        return pairs(items);
    }

    /** What to compute for a sequence. */
    public AttentionSpec spec(int sequence) {
        return specs[sequence];
    }

    public WorkItem item(int index) {
        return items.get(index);
    }

    /** The item of a block of queries in a head. */
    public int index(int sequence, long firstQuery, int head, int blockRows) {
        int block = firstBlocks[sequence] + (int) (firstQuery / blockRows);
        return block * heads + head - firstHead;
    }

    /** The number of query blocks over all sequences. */
    public int blocks() {
        return firstBlocks[firstBlocks.length - 1];
    }

    @Override
    public int numPartitions() {
        return count;
    }

    @Override
    public int getPartition(Object item) {
        return partitions[(Integer) item];
    }
}
