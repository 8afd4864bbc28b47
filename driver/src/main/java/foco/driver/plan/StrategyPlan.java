package foco.driver.plan;

import foco.driver.settings.StrategyKind;
import java.util.Optional;

/** How one strategy goes about some work. */
public sealed interface StrategyPlan permits BroadcastPlan, StreamPlan, SplitKeysPlan, BySequencePlan {

    StrategyKind kind();

    /** The strategy in words: "broadcast in 3 rounds". */
    default String name() {
        return kind().toString();
    }

    /** The Spark tasks that compute attention. */
    int tasks();

    /** The blocks of keys and values that travel together: a partition, or all of a sequence and head. */
    int partitionBlocks();

    /**
     * The tasks, if each gives the outputs of whole blocks, in all heads, that follow one another: then nothing has to
     * bring outputs together.
     */
    default Optional<WorkPlan> wholeBlocks() {
        return Optional.empty();
    }

    Traffic traffic();

    Memory memory();
}
