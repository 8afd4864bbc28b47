package foco.driver.metrics;

/**
 * How far a stage of work is.
 *
 * @param label what is done, as Spark's pages call the job; stages of no description are not told of
 * @param attention whether kernels compute: {@code done} and {@code total} are then operations of the whole computation,
 *     else tasks of the stage
 * @param before how much of {@code done} was done before this computation began
 */
public record Progress(String label, boolean attention, double before, double done, double total) {}
