package foco.driver.plan;

import foco.driver.block.Sequences;
import foco.driver.settings.FocoConf;
import foco.driver.settings.StrategyKind;
import foco.kernels.AttentionSpec;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** All queries go to where keys and values lie: one task for each partition of these. */
public final class SplitKeysPlan implements StrategyPlan, Serializable {

    /** States that merge in one step; of few queries, they are small. */
    public static final int FAN_IN = 64;

    /**
     * Bytes of keys and values in a partition, and so in a task, at most: at 10 GB/s about what it takes to start a task
     * and to take in its end, 13 ms.
     */
    private static final long MOST_PARTITION_BYTES = 128L << 20;

    /** And at least, where that cuts a head of the longest sequence into fewer than {@value #PARTITIONS}. */
    private static final long LEAST_PARTITION_BYTES = 32L << 20;

    private static final int PARTITIONS = 8;

    /** Bytes of queries at most: they go through the driver. */
    private static final long MOST_QUERY_BYTES = 256L << 20;

    /**
     * Bytes of queries and states in a task, where the plan chooses: what every cluster has that could do it otherwise, as a
     * task that pulls its keys and values holds twice 4 MiB of these.
     */
    private static final long MOST_CHOSEN_TASK_BYTES = 8L << 20;

    private final WorkItems work;
    private final KeyValueLayout layout;
    private final int partitionBlocks;
    private final Map<Integer, int[]> placesByKeys;
    private final int[] partitionsOfSequences;
    private final transient ByteSizes sizes;
    private final transient Cluster cluster;

    private SplitKeysPlan(ByteSizes sizes, WorkItems work, Cluster cluster) {
        this.work = work;
        this.partitionBlocks = partitionBlocks(sizes);
        this.layout = layout(sizes);
        this.placesByKeys = places(sizes, work);
        this.partitionsOfSequences = IntStream.range(0, sizes.queries().count())
                .map(s -> layout.partitions(sizes.keys().index(sizes.queries().name(s))))
                .toArray();
        this.sizes = sizes;
        this.cluster = cluster;
    }

    static SplitKeysPlan of(ByteSizes sizes, WorkItems work, Cluster cluster) {
        return new SplitKeysPlan(sizes, work, cluster);
    }

    /** May not depend on the cluster, as rounding depends on which keys a state is over. */
    private static int partitionBlocks(ByteSizes sizes) {
        long wanted = Math.min(MOST_PARTITION_BYTES, sizes.longestBlocks() * sizes.block() / PARTITIONS);
        return (int) Math.max(1, Math.max(LEAST_PARTITION_BYTES, wanted) / sizes.block());
    }

    /** Where keys and values lie, whatever the queries. */
    public static KeyValueLayout layout(AttentionSpec spec, Sequences keys, FocoConf conf) {
        return layout(new ByteSizes(spec, keys, keys, conf, 0, SweepCost.attention(spec), conf.blockRows()));
    }

    private static KeyValueLayout layout(ByteSizes sizes) {
        return new KeyValueLayout(
                sizes.keys(), sizes.conf().blockRows(), sizes.spec().keyValueHeads(), partitionBlocks(sizes));
    }

    /**
     * Whether there are few queries and many keys. It may depend on the input and the settings alone, and on nothing that the
     * cluster has or that is done already: this strategy rounds differently.
     */
    static boolean suits(ByteSizes sizes) {
        return sizes.queries().positions() <= sizes.conf().blockRows()
                && sizes.longestBlocks() >= 2 * partitionBlocks(sizes)
                && sizes.queryBytes() <= MOST_QUERY_BYTES
                && mostTaskBytes(sizes) <= MOST_CHOSEN_TASK_BYTES;
    }

    /** What a task holds if all sequences have keys in its partition, each no more queries than a block. */
    private static long mostTaskBytes(ByteSizes sizes) {
        long oneHead = IntStream.range(0, sizes.queries().count())
                .map(s -> (int) sizes.queries().length(s))
                .mapToLong(rows -> sizes.itemQueries(rows) + sizes.cost().state(rows, 1))
                .sum();
        return sizes.spec().groupSize() * oneHead + sizes.widenedBlock();
    }

    boolean fits() {
        return sizes.queries(work) <= MOST_QUERY_BYTES && taskBytes() <= cluster.taskRoom();
    }

    private static Map<Integer, int[]> places(ByteSizes sizes, WorkItems work) {
        Sequences keys = sizes.keys();
        Map<Integer, List<Integer>> places = new HashMap<>();
        for (int i = 0; i < work.items().size(); i++) {
            WorkItem item = work.item(i);
            int sequence = keys.index(sizes.queries().name(item.sequence()));
            int head = sizes.spec().keyValueHead(item.head());
            places.computeIfAbsent(head * keys.count() + sequence, k -> new ArrayList<>())
                    .add(i);
        }
        Map<Integer, int[]> arrays = new HashMap<>();
        places.forEach((k, list) ->
                arrays.put(k, list.stream().mapToInt(Integer::intValue).toArray()));
        return arrays;
    }

    public WorkItems work() {
        return work;
    }

    public KeyValueLayout layout() {
        return layout;
    }

    /** The partition that a block of keys and values lies in. */
    public int partition(int head, int sequence, int block) {
        return layout.partition(head, sequence, block);
    }

    /**
     * The places in {@link WorkItems#items} of the items that read some keys.
     *
     * @param head the key/value head
     * @param sequence the place of their sequence among those of the keys
     */
    public int[] places(int head, int sequence) {
        return placesByKeys.getOrDefault(head * layout.sequences() + sequence, new int[0]);
    }

    /** The partitions of keys and values that an item reads. */
    public int partitions(WorkItem item) {
        return partitionsOfSequences[item.sequence()];
    }

    @Override
    public StrategyKind kind() {
        return StrategyKind.SPLIT_KEYS;
    }

    @Override
    public int tasks() {
        return work.items().isEmpty() ? 0 : layout.numPartitions();
    }

    @Override
    public int partitionBlocks() {
        return Math.min(partitionBlocks, sizes.longestBlocks());
    }

    @Override
    public Traffic traffic() {
        long queries = sizes.queries(work);
        long partials = IntStream.range(0, layout.numPartitions())
                .mapToLong(this::stateBytes)
                .sum();
        long shuffled = sizes.keysAndValues() + partials + sizes.outputs(work);
        return new Traffic(cluster.sent(sizes.shared() + queries), sizes.keysAndValues(), shuffled);
    }

    private long stateBytes(int partition) {
        return items(partition)
                .mapToLong(item -> sizes.cost().state(item.queries(), 1))
                .sum();
    }

    private Stream<WorkItem> items(int partition) {
        int head = layout.head(partition);
        return IntStream.range(0, layout.sequences())
                .filter(sequence -> layout.holds(partition, sequence))
                .flatMap(sequence -> IntStream.of(places(head, sequence)))
                .mapToObj(work::item);
    }

    private long taskBytes() {
        long largest = IntStream.range(0, layout.numPartitions())
                .mapToLong(partition -> stateBytes(partition)
                        + items(partition)
                                .mapToLong(item -> sizes.itemQueries(item.queries()))
                                .sum())
                .max()
                .orElse(0);
        return largest + sizes.widenedBlock();
    }

    @Override
    public Memory memory() {
        long queries = sizes.queries(work);
        long here = sizes.keysAndValues() / cluster.executors();
        long kept = cluster.kept(sizes.shared() + queries);
        return new Memory(kept, Math.min(here + kept, cluster.blockRoom()), taskBytes());
    }
}
