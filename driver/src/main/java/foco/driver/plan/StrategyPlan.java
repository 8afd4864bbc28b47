package foco.driver.plan;

/** How one strategy goes about some work. */
public sealed interface StrategyPlan permits BroadcastPlan, StreamPlan, SplitKeysPlan {

    StrategyKind kind();

    /** The Spark tasks that compute attention. */
    int tasks();

    /** The blocks of keys and values that travel together: a partition, or all of a sequence and head. */
    int partitionBlocks();

    Traffic traffic();

    Memory memory();
}
