package foco.driver.plan;

import foco.driver.block.Sequences;
import foco.driver.settings.StrategyKind;
import java.util.Optional;

/**
 * Each task has sequences, or some queries of a long one: it reads their keys and values itself, and nothing is sent. A task
 * computes for so long that the keys and values of a sequence can be read by several.
 */
public final class BySequencePlan implements StrategyPlan {

    /**
     * Packed keys and values of a sequence, in all heads, up to which this is taken: a task holds those of a long sequence,
     * beside what others on its machine hold.
     */
    private static final long MOST_BYTES = 128L << 20;

    /** The part of all that tasks do which reading the keys of a sequence again may take. */
    private static final double MOST_AGAIN = 0.25;

    private final ByteSizes sizes;
    private final Cluster cluster;
    private final WorkPlan tasks;

    private BySequencePlan(ByteSizes sizes, Cluster cluster, WorkPlan tasks) {
        this.sizes = sizes;
        this.cluster = cluster;
        this.tasks = tasks;
    }

    static BySequencePlan of(ByteSizes sizes, WorkItems work, Cluster cluster) {
        return new BySequencePlan(
                sizes, cluster, TaskCut.bySequence(sizes.spec(), work, sizes.keys(), sizes.conf(), cluster.slots()));
    }

    /** Whether a sequence has to be in one task and can be: queries and keys are of the same sequences, in one order. */
    static boolean isPossible(ByteSizes sizes) {
        Sequences queries = sizes.queries();
        Sequences keys = sizes.keys();
        if (queries.count() != keys.count()) {
            return false;
        }
        for (int s = 0; s < queries.count(); s++) {
            if (!queries.name(s).equals(keys.name(s))) {
                return false;
            }
        }
        return true;
    }

    /** Whether little of the tasks' time goes into keys that several of them read, as those of a long sequence. */
    boolean readsLittleAgain() {
        Sequences keys = sizes.keys();
        double again = tasks.rowsReadAgain(keys);
        double reading = (double) TaskCut.READING_COST * sizes.spec().heads();
        return reading * again <= MOST_AGAIN * (tasks.work().pairs() + reading * keys.positions());
    }

    /** Whether there are sequences enough for all cores, none of which is too much for a task. */
    static boolean suits(ByteSizes sizes, Cluster cluster) {
        return sizes.queries().count() >= 4L * cluster.slots()
                && isPossible(sizes)
                && sizes.longestSequence() <= MOST_BYTES
                && taskBytes(sizes) <= cluster.taskRoom();
    }

    /** What a task holds at its fullest. */
    static long taskBytes(ByteSizes sizes) {
        int rows = sizes.itemRows();
        return sizes.longestSequence() + sizes.item(rows) + Math.max(sizes.widenedBlock(), sizes.itemOutput(rows));
    }

    public WorkPlan workPlan() {
        return tasks;
    }

    @Override
    public Optional<WorkPlan> wholeBlocks() {
        return Optional.of(tasks).filter(WorkPlan::isInWholeBlocks);
    }

    @Override
    public StrategyKind kind() {
        return StrategyKind.BY_SEQUENCE;
    }

    @Override
    public int tasks() {
        return tasks.tasks();
    }

    @Override
    public int partitionBlocks() {
        return sizes.longestBlocks();
    }

    @Override
    public Traffic traffic() {
        long shuffled = wholeBlocks().isPresent() ? 0 : sizes.outputs(tasks.work());
        return new Traffic(cluster.sent(sizes.shared()), 0, shuffled);
    }

    @Override
    public Memory memory() {
        long shared = cluster.kept(sizes.shared());
        long outputs =
                wholeBlocks().map(whole -> sizes.keptOutputs(whole, cluster)).orElse(0L) / cluster.executors();
        return new Memory(shared, Math.min(shared + outputs, cluster.blockRoom()), taskBytes(sizes));
    }
}
