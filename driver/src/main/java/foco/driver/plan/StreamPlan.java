package foco.driver.plan;

import foco.driver.block.Sequences;
import foco.driver.settings.StrategyKind;
import foco.kernels.AttentionSpec;
import foco.kernels.mask.Coverage;
import foco.kernels.mask.Mask;
import foco.kernels.mask.Tile;
import foco.kernels.softmax.SegmentedState;
import java.io.Serializable;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Tasks pull keys and values through the block store: which task, which of them and in which order. */
public final class StreamPlan implements StrategyPlan, Serializable {

    /** Bytes of keys and values in a partition: what a task pulls at a time takes much longer than to ask for it. */
    private static final long PARTITION_BYTES = 4L << 20;

    /** Partitions at most, as Spark's driver keeps account of each. */
    private static final long MOST_PARTITIONS = 4_000;

    private final AttentionSpec shapes;
    private final WorkPlan tasks;
    private final KeyValueLayout layout;
    private final int partitionBlocks;
    private final int blockRows;
    private final int[] keySequences;
    private final long[] keyLengths;
    private final boolean inKeyOrder;
    private final transient ByteSizes sizes;
    private final transient Cluster cluster;
    private transient List<Load> loads;

    /** What a task pulls, in blocks, and what it holds at its fullest, in bytes. */
    private record Load(long blocks, long bytes) {}

    private StreamPlan(ByteSizes sizes, Cluster cluster, WorkPlan tasks, int partitionBlocks) {
        this.shapes = sizes.spec().shapes();
        this.tasks = tasks;
        this.partitionBlocks = partitionBlocks;
        this.blockRows = sizes.conf().blockRows();
        this.layout = new KeyValueLayout(sizes.keys(), blockRows, shapes.keyValueHeads(), partitionBlocks);
        Sequences queries = sizes.queries();
        Sequences keys = sizes.keys();
        this.keySequences = IntStream.range(0, queries.count())
                .map(s -> keys.index(queries.name(s)))
                .toArray();
        this.keyLengths =
                IntStream.range(0, keys.count()).mapToLong(keys::length).toArray();
        this.inKeyOrder = sizes.cost().needsKeyOrder();
        this.sizes = sizes;
        this.cluster = cluster;
    }

    static StreamPlan of(ByteSizes sizes, WorkItems work, Cluster cluster) {
        int blocks = partitionBlocks(sizes);
        long items = (cluster.taskRoom() - besides(sizes, blocks)) / sizes.item(sizes.itemRows());
        int most = (int) Math.max(1, Math.min(items, Integer.MAX_VALUE));
        WorkPlan tasks = TaskCut.inRuns(sizes.spec(), work, sizes.conf(), cluster.slots(), most);
        return new StreamPlan(sizes, cluster, tasks, blocks);
    }

    private static int partitionBlocks(ByteSizes sizes) {
        long bytes = Math.max(PARTITION_BYTES, sizes.keysAndValues() / MOST_PARTITIONS);
        return (int) Math.max(1, Math.min(bytes / sizes.block(), sizes.longestBlocks()));
    }

    /**
     * What a task holds besides its items, at most: the partition that it works on and the one that it pulls meanwhile;
     * afterwards the output of an item.
     */
    private static long besides(ByteSizes sizes, int partitionBlocks) {
        return Math.max(2 * partitionBlocks * sizes.block() + sizes.widenedBlock(), sizes.itemOutput(sizes.itemRows()));
    }

    /** What a task holds that has only one item. */
    static long leastTaskBytes(ByteSizes sizes) {
        return besides(sizes, partitionBlocks(sizes)) + sizes.item(sizes.itemRows());
    }

    public WorkPlan workPlan() {
        return tasks;
    }

    public KeyValueLayout layout() {
        return layout;
    }

    /** The place of an item's sequence among those of the keys. */
    public int keySequence(WorkItem item) {
        return keySequences[item.sequence()];
    }

    /** All that a task might have to see, in its order; where what is done needs the order of the keys, in that. */
    public List<PulledBlocks> pulls(int task) {
        List<WorkItem> items = tasks.items(task);
        if (items.isEmpty()) {
            return List.of();
        }
        int head = shapes.keyValueHead(items.get(0).head());
        return items.stream()
                .mapToInt(this::keySequence)
                .distinct()
                .sorted()
                .boxed()
                .flatMap(sequence -> PulledBlocks.sequence(layout, head, sequence, inKeyOrder ? 0 : task).stream())
                .toList();
    }

    /**
     * What a task's queries see any of.
     *
     * @param specs what to compute for each sequence of the queries
     */
    public Stream<PulledBlocks> pullsInSight(int task, List<AttentionSpec> specs) {
        Map<Integer, List<Rows>> rows = tasks.items(task).stream()
                .collect(Collectors.groupingBy(
                        this::keySequence,
                        TreeMap::new,
                        Collectors.collectingAndThen(Collectors.toList(), items -> rows(items, specs))));
        return pulls(task).stream()
                .filter(pull -> rows.get(pull.sequence()).stream().anyMatch(some -> see(some, pull)));
    }

    /** Neighbouring queries of one head. */
    private record Rows(Mask mask, int head, long first, long end) {

        Rows and(Rows others) {
            return new Rows(mask, head, Math.min(first, others.first), Math.max(end, others.end));
        }
    }

    /** The queries of items of one sequence, those of a head together. */
    private static List<Rows> rows(List<WorkItem> items, List<AttentionSpec> specs) {
        Map<Integer, Rows> byHead = new TreeMap<>();
        for (WorkItem item : items) {
            Mask mask = specs.get(item.sequence()).mask();
            long end = item.firstQuery() + item.queries();
            byHead.merge(item.head(), new Rows(mask, item.head(), item.firstQuery(), end), Rows::and);
        }
        return List.copyOf(byHead.values());
    }

    private boolean see(Rows rows, PulledBlocks pull) {
        long firstKey = (long) pull.firstBlock() * blockRows;
        long endKey = Math.min((long) pull.endBlock() * blockRows, keyLengths[pull.sequence()]);
        int queries = Math.toIntExact(rows.end - rows.first);
        Tile tile = new Tile(rows.head, rows.first, queries, firstKey, (int) (endKey - firstKey));
        return rows.mask.knownCoverage(tile) != Coverage.NONE;
    }

    @Override
    public StrategyKind kind() {
        return StrategyKind.STREAM;
    }

    @Override
    public int tasks() {
        return tasks.tasks();
    }

    @Override
    public int partitionBlocks() {
        return partitionBlocks;
    }

    @Override
    public Traffic traffic() {
        long blocks = loads().stream().mapToLong(Load::blocks).sum();
        WorkItems work = tasks.work();
        long shuffled = sizes.keysAndValues() + sizes.outputs(work);
        double block = (double) sizes.keysAndValues() / layout.blocks();
        return new Traffic(cluster.sent(sizes.shared()), (long) (blocks * block), shuffled);
    }

    @Override
    public Memory memory() {
        long largest = loads().stream().mapToLong(Load::bytes).max().orElse(0);
        long here = sizes.keysAndValues() / cluster.executors();
        long kept = cluster.kept(sizes.shared());
        return new Memory(kept, Math.min(here + kept, cluster.blockRoom()), largest);
    }

    private List<Load> loads() {
        if (loads == null) {
            loads = IntStream.range(0, tasks()).parallel().mapToObj(this::load).toList();
        }
        return loads;
    }

    private long pulledBytes(List<PulledBlocks> pulls) {
        long most = 0;
        for (int i = 0; i < pulls.size(); i++) {
            most = Math.max(
                    most, pulls.get(i).blocks() + (i == 0 ? 0 : pulls.get(i - 1).blocks()));
        }
        return most * sizes.block();
    }

    private Load load(int task) {
        List<PulledBlocks> pulls = pullsInSight(task, tasks.work().specs()).toList();
        long blocks = pulls.stream()
                .mapToLong(pull -> layout.blocksIn(pull.partition()))
                .sum();
        Map<Integer, BitSet> segments = new HashMap<>();
        for (PulledBlocks pull : pulls) {
            int all = layout.blocks(pull.sequence());
            segments.computeIfAbsent(pull.sequence(), s -> new BitSet())
                    .set(
                            SegmentedState.segment(pull.firstBlock(), all),
                            SegmentedState.segment(pull.endBlock() - 1, all) + 1);
        }
        long bytes = 0;
        long output = 0;
        for (WorkItem item : tasks.items(task)) {
            int states = segments.getOrDefault(keySequence(item), new BitSet()).cardinality();
            bytes += sizes.itemQueries(item.queries()) + sizes.cost().state(item.queries(), states);
            output = Math.max(output, sizes.itemOutput(item.queries()));
        }
        return new Load(blocks, bytes + Math.max(pulledBytes(pulls) + sizes.widenedBlock(), output));
    }
}
