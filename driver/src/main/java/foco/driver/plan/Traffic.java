package foco.driver.plan;

/**
 * Bytes that are moved for a computation.
 *
 * @param broadcast sent to every executor: masks, biases and rotary tables; and keys and values, or queries
 * @param pulled read from Spark's block store in the stages that compute, from their own executor or another: keys and
 *     values, or the outputs of former rounds
 * @param shuffled written for shuffles: the input's rows into blocks, queries to their tasks, packed keys and values to
 *     their places, outputs into rows
 */
public record Traffic(long broadcast, long pulled, long shuffled) {}
