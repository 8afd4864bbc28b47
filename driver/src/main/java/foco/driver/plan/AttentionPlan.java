package foco.driver.plan;

import foco.driver.block.Sequences;
import foco.driver.settings.FocoConf;
import foco.driver.shared.Shared;
import foco.kernels.AttentionSpec;

/**
 * How an attention is going to be computed, and what that takes: known before any of it is done, from the input's
 * lengths and the cluster alone.
 */
public final class AttentionPlan {

    private final AttentionSpec spec;
    private final ByteSizes sizes;
    private final WorkItems work;
    private final Cluster cluster;
    private final StrategyPlan strategy;
    private final String reason;

    private AttentionPlan(ByteSizes sizes, WorkItems work, Cluster cluster, StrategyPlan strategy, String reason) {
        this.spec = sizes.spec();
        this.sizes = sizes;
        this.work = work;
        this.cluster = cluster;
        this.strategy = strategy;
        this.reason = reason;
    }

    /** Plans some work that needs no rotary tables. */
    public static AttentionPlan of(
            AttentionSpec spec, WorkItems work, Sequences queries, Sequences keys, FocoConf conf, Cluster cluster) {
        return of(spec, work, queries, keys, conf, cluster, 0);
    }

    /**
     * Plans attention.
     *
     * @param rotaryBytes of what turns queries and keys, {@link Shared#bytes}
     * @throws IllegalArgumentException if it does not fit the cluster, saying what would
     */
    public static AttentionPlan of(
            AttentionSpec spec,
            WorkItems work,
            Sequences queries,
            Sequences keys,
            FocoConf conf,
            Cluster cluster,
            long rotaryBytes) {
        return of(spec, work, queries, keys, conf, cluster, rotaryBytes, SweepCost.attention(spec));
    }

    /**
     * Plans some work.
     *
     * @param rotaryBytes of what turns queries and keys, {@link Shared#bytes}
     * @param cost of what is done with each item
     * @throws IllegalArgumentException if it does not fit the cluster, saying what would
     */
    public static AttentionPlan of(
            AttentionSpec spec,
            WorkItems work,
            Sequences queries,
            Sequences keys,
            FocoConf conf,
            Cluster cluster,
            long rotaryBytes,
            SweepCost cost) {
        long shared = Shared.bytes(work.specs()) + rotaryBytes + cost.shared();
        ByteSizes sizes = new ByteSizes(
                spec, queries, keys, conf, shared, cost, work.layout().blockRows());
        requireSharedRoom(sizes, cluster);
        return switch (conf.strategy()) {
            case AUTO -> chosen(sizes, work, cluster);
            case BROADCAST -> broadcast(sizes, work, cluster, "asked for");
            case STREAM -> stream(sizes, work, cluster, "asked for");
            case SPLIT_KEYS -> splitKeys(sizes, work, cluster, "asked for");
            case BY_SEQUENCE -> bySequence(sizes, work, cluster, "asked for");
        };
    }

    private static AttentionPlan chosen(ByteSizes sizes, WorkItems work, Cluster cluster) {
        if (SplitKeysPlan.suits(sizes)) {
            SplitKeysPlan plan = SplitKeysPlan.of(sizes, work, cluster);
            requireTaskRoom(sizes, plan.memory().task(), cluster);
            return new AttentionPlan(sizes, work, cluster, plan, "few queries, many keys");
        }
        if (BySequencePlan.suits(sizes, cluster)) {
            BySequencePlan plan = BySequencePlan.of(sizes, work, cluster);
            if (plan.readsLittleAgain()) {
                return new AttentionPlan(sizes, work, cluster, plan, "many sequences, each of which a task can hold");
            }
        }
        if (BroadcastPlan.fits(sizes, cluster)) {
            return broadcast(sizes, work, cluster, "the keys and values of a head fit in every executor");
        }
        String reason =
                "the keys and values of a head, %s twice, do not fit in the %s that an executor%s has for blocks"
                        .formatted(
                                Bytes.text(sizes.head()),
                                Bytes.text(BroadcastPlan.room(sizes, cluster)),
                                cluster.oneProcess() ? "" : " or the driver");
        return stream(sizes, work, cluster, reason);
    }

    private static AttentionPlan broadcast(ByteSizes sizes, WorkItems work, Cluster cluster, String reason) {
        requireTaskRoom(sizes, BroadcastPlan.taskBytes(sizes), cluster);
        if (!BroadcastPlan.fits(sizes, cluster)) {
            throw new IllegalArgumentException(
                    ("The keys and values of one head take %s, and to be broadcast twice as much in the driver and in every"
                                    + " executor, which have room for %s of blocks; leave the strategy to Foco, which would take"
                                    + " stream, or give each %s of memory.")
                            .formatted(
                                    Bytes.text(sizes.head()),
                                    Bytes.text(BroadcastPlan.room(sizes, cluster)),
                                    Bytes.text(
                                            Cluster.heapForBlocks(2 * sizes.head() + cluster.kept(sizes.shared())))));
        }
        return new AttentionPlan(sizes, work, cluster, BroadcastPlan.of(sizes, work, cluster), reason);
    }

    private static AttentionPlan stream(ByteSizes sizes, WorkItems work, Cluster cluster, String reason) {
        requireTaskRoom(sizes, StreamPlan.leastTaskBytes(sizes), cluster);
        return new AttentionPlan(sizes, work, cluster, StreamPlan.of(sizes, work, cluster), reason);
    }

    private static AttentionPlan bySequence(ByteSizes sizes, WorkItems work, Cluster cluster, String reason) {
        if (!BySequencePlan.isPossible(sizes)) {
            throw new IllegalArgumentException(
                    "The strategy by-sequence needs the same sequences of queries as of keys; leave the strategy to Foco.");
        }
        requireTaskRoom(sizes, BySequencePlan.taskBytes(sizes), cluster);
        return new AttentionPlan(sizes, work, cluster, BySequencePlan.of(sizes, work, cluster), reason);
    }

    private static AttentionPlan splitKeys(ByteSizes sizes, WorkItems work, Cluster cluster, String reason) {
        SplitKeysPlan plan = SplitKeysPlan.of(sizes, work, cluster);
        if (!plan.fits()) {
            throw new IllegalArgumentException(
                    ("The strategy split-keys sends every query to every task, and %s in %s are too many: a task"
                                    + " would hold %s and has room for %s; leave the strategy to Foco.")
                            .formatted(
                                    Counted.text(sizes.queries().positions(), "query", "queries"),
                                    Counted.text(sizes.spec().heads(), "head"),
                                    Bytes.text(plan.memory().task()),
                                    Bytes.text(cluster.taskRoom())));
        }
        return new AttentionPlan(sizes, work, cluster, plan, reason);
    }

    private static void requireSharedRoom(ByteSizes sizes, Cluster cluster) {
        long room = Math.min(cluster.blockRoom(), cluster.driverBlockRoom());
        if (sizes.shared() > 0 && cluster.kept(sizes.shared()) > room) {
            throw new IllegalArgumentException(
                    ("Masks, biases and rotary tables take %s, of which the driver and every executor would keep %s in memory and"
                                    + " have room for %s; say them as functions, or give each %s of memory.")
                            .formatted(
                                    Bytes.text(sizes.shared()),
                                    Bytes.text(cluster.kept(sizes.shared())),
                                    Bytes.text(room),
                                    Bytes.text(Cluster.heapForBlocks(cluster.kept(sizes.shared())))));
        }
    }

    private static void requireTaskRoom(ByteSizes sizes, long bytes, Cluster cluster) {
        if (bytes > cluster.taskRoom()) {
            throw new IllegalArgumentException(
                    ("A task holds %s at least, and %s at a time %s room for %s each in an executor of %s; give it %s,"
                                    + " fewer cores, or %s.")
                            .formatted(
                                    Bytes.text(bytes),
                                    Counted.text(cluster.cores(), "task"),
                                    cluster.cores() == 1 ? "has" : "have",
                                    Bytes.text(cluster.taskRoom()),
                                    Bytes.text(cluster.executorHeap()),
                                    Bytes.text(cluster.heapForTasks(bytes)),
                                    sizes.cost().mend()));
        }
    }

    public StrategyPlan strategy() {
        return strategy;
    }

    /** Why this strategy. */
    public String reason() {
        return reason;
    }

    public AttentionSpec spec() {
        return spec;
    }

    public Cluster cluster() {
        return cluster;
    }

    /** The queries of all sequences. */
    public long queries() {
        return sizes.queries().positions();
    }

    /** The keys of all sequences. */
    public long keys() {
        return sizes.keys().positions();
    }

    /** Rows of a block of queries, and of keys and values. */
    public int blockRows() {
        return sizes.conf().blockRows();
    }

    /** The bytes of all packed keys and values. */
    public long keyValueBytes() {
        return sizes.keysAndValues();
    }

    /** How many times every core gets a task. */
    public int waves() {
        return (strategy.tasks() + cluster.slots() - 1) / cluster.slots();
    }

    /** Whether {@link #operations} is an estimate: a mask that is a function is asked about some pairs only. */
    public boolean isEstimated() {
        return work.isEstimated();
    }

    /** {@code 2 (keyWidth + valueWidth)} for every query and key that meet, in every head; without values 2 keyWidth. */
    public double operations() {
        return sizes.cost().pairOperations() * work.pairs();
    }

    /**
     * The time that the kernels take if all cores are busy to the end.
     *
     * @param gflops of one core
     */
    public double seconds(double gflops) {
        return operations() / (gflops * 1e9 * cluster.slots());
    }

    /** Some lines for people. */
    public String explain() {
        Traffic traffic = strategy.traffic();
        Memory memory = strategy.memory();
        return """
                strategy   %s: %s
                blocks     %s; keys and values %s in all, %s together
                tasks      %,d on %s (%,d x %d), %s
                traffic    %s broadcast, %s pulled, %s shuffled
                memory     driver %s, executor %s (blocks %s, %d x task %s)
                operations %.3g%s""".formatted(
                        strategy.name(),
                        reason,
                        Counted.text(blockRows(), "row"),
                        Bytes.text(keyValueBytes()),
                        Counted.text(strategy.partitionBlocks(), "block"),
                        strategy.tasks(),
                        Counted.text(cluster.slots(), "core"),
                        cluster.executors(),
                        cluster.cores(),
                        Counted.text(waves(), "wave"),
                        Bytes.text(traffic.broadcast()),
                        Bytes.text(traffic.pulled()),
                        Bytes.text(traffic.shuffled()),
                        Bytes.text(memory.driver()),
                        Bytes.text(memory.executor(cluster.cores())),
                        Bytes.text(memory.blocks()),
                        cluster.cores(),
                        Bytes.text(memory.task()),
                        operations(),
                        isEstimated() ? ", estimated from a sample of what the mask shows" : "");
    }
}
