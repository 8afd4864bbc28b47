package foco.driver.plan;

import foco.driver.settings.StrategyKind;
import foco.kernels.AttentionSpec;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Keys and values are broadcast in rounds, a few heads at a time. */
public final class BroadcastPlan implements StrategyPlan {

    private final ByteSizes sizes;
    private final Cluster cluster;
    private final List<AttentionSpec> specs;
    private final List<Round> rounds;

    /**
     * Some key/value heads and the queries that read them.
     *
     * @param bytes of their packed keys and values
     */
    public record Round(int firstHead, int heads, WorkPlan tasks, long bytes) {

        /** For people. */
        public String name() {
            return heads == 1
                    ? "key/value head %d".formatted(firstHead)
                    : "key/value heads %d to %d".formatted(firstHead, firstHead + heads - 1);
        }
    }

    private BroadcastPlan(ByteSizes sizes, Cluster cluster, List<AttentionSpec> specs, List<Round> rounds) {
        this.sizes = sizes;
        this.cluster = cluster;
        this.specs = specs;
        this.rounds = rounds;
    }

    static BroadcastPlan of(ByteSizes sizes, WorkItems work, Cluster cluster) {
        int heads = sizes.spec().keyValueHeads();
        long most = Math.min(sizes.conf().broadcastBytes(), room(sizes, cluster) / 2);
        int atOnce = (int) Math.max(1, Math.min(heads, most / sizes.head()));
        List<Round> rounds = IntStream.iterate(0, first -> first < heads, first -> first + atOnce)
                .mapToObj(first -> round(sizes, work, cluster, first, Math.min(atOnce, heads - first)))
                .filter(round -> !round.tasks.work().items().isEmpty())
                .toList();
        return new BroadcastPlan(sizes, cluster, work.specs(), rounds);
    }

    private static Round round(ByteSizes sizes, WorkItems work, Cluster cluster, int firstHead, int heads) {
        WorkItems own = work.only(item -> {
            int head = sizes.spec().keyValueHead(item.head());
            return head >= firstHead && head < firstHead + heads;
        });
        WorkPlan tasks = TaskCut.dealt(sizes.spec(), own, sizes.conf(), cluster.slots());
        return new Round(firstHead, heads, tasks, heads * sizes.head());
    }

    /** Bytes of keys and values for which there is room everywhere. */
    static long room(ByteSizes sizes, Cluster cluster) {
        return Math.min(cluster.blockRoom(), cluster.driverBlockRoom()) - cluster.kept(sizes.shared());
    }

    /**
     * Whether there is room for the keys and values of one head twice: as Spark sends them and as tasks read them. In one
     * process they are kept once, and the rest is to spare.
     */
    static boolean fits(ByteSizes sizes, Cluster cluster) {
        return 2 * sizes.head() <= room(sizes, cluster) && taskBytes(sizes) <= cluster.taskRoom();
    }

    /** What a task holds at its fullest. */
    static long taskBytes(ByteSizes sizes) {
        int rows = sizes.itemRows();
        return sizes.item(rows) + Math.max(sizes.widenedBlock(), sizes.itemOutput(rows));
    }

    /** What to compute for each sequence of the queries. */
    public List<AttentionSpec> specs() {
        return specs;
    }

    public List<Round> rounds() {
        return rounds;
    }

    @Override
    public Optional<WorkPlan> wholeBlocks() {
        return Optional.of(rounds)
                .filter(all -> all.size() == 1)
                .map(all -> all.get(0).tasks)
                .filter(WorkPlan::isInWholeBlocks);
    }

    @Override
    public StrategyKind kind() {
        return StrategyKind.BROADCAST;
    }

    @Override
    public String name() {
        return rounds.size() == 1 ? kind().toString() : "%s in %d rounds".formatted(kind(), rounds.size());
    }

    @Override
    public int tasks() {
        return rounds.stream().mapToInt(round -> round.tasks.tasks()).sum();
    }

    @Override
    public int partitionBlocks() {
        return sizes.longestBlocks();
    }

    @Override
    public Traffic traffic() {
        long broadcast = rounds.stream().mapToLong(Round::bytes).sum();
        long shuffled = wholeBlocks().isPresent()
                ? 0
                : rounds.stream()
                        .mapToLong(round -> sizes.outputs(round.tasks.work()))
                        .sum();
        return new Traffic(cluster.sent(sizes.shared() + broadcast), 0, shuffled);
    }

    @Override
    public Memory memory() {
        long largest = rounds.stream().mapToLong(Round::bytes).max().orElse(0);
        long all = rounds.stream().mapToLong(Round::bytes).sum();
        // The driver keeps each round's, should it be lost elsewhere; as it runs out of room, on its disk.
        long driver = Math.min(cluster.kept(sizes.shared() + all), cluster.driverBlockRoom());
        long blocks = cluster.oneProcess() ? driver : cluster.kept(sizes.shared() + largest);
        return new Memory(
                driver, Math.min(blocks + kept() / cluster.executors(), cluster.blockRoom()), taskBytes(sizes));
    }

    /** The outputs that are kept while tasks compute: of all rounds but the last, or those that are written as they are. */
    private long kept() {
        return wholeBlocks().map(tasks -> sizes.keptOutputs(tasks, cluster)).orElseGet(() -> rounds.stream()
                .limit(Math.max(0, rounds.size() - 1))
                .mapToLong(round -> sizes.outputs(round.tasks.work()))
                .sum());
    }
}
