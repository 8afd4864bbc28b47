package foco.driver.result;

import foco.driver.meter.ProcessMemory;
import foco.driver.plan.AttentionPlan;
import foco.driver.plan.Memory;
import foco.driver.plan.Traffic;
import java.util.Optional;

/**
 * What a computation of attention took.
 *
 * @param tokens the queries, over all sequences
 * @param keys the keys, over all sequences
 * @param items blocks of queries, counted once for each head
 * @param found those of them that were found in a checkpoint, and not computed
 * @param tasks the Spark tasks that computed attention
 * @param seconds the wall time from reading the input to the finished output
 * @param gflops 10^9 operations a second over that time: {@code 2 (keyWidth + valueWidth)} for every query and key that
 *     the mask lets meet, in every head; of what was computed
 * @param peak the most memory of the driver and of those executors that held outputs at the end
 * @param kernel the kernel that the executors used
 * @param plan what was planned
 * @param traffic the bytes that were moved, as Spark tells; empty if it had not told in time
 * @param memory the bytes that were held: blocks as Spark tells, what tasks held as they tell themselves
 */
public record AttentionSummary(
        long tokens,
        long keys,
        int sequences,
        int heads,
        int items,
        int found,
        int tasks,
        double seconds,
        double gflops,
        ProcessMemory peak,
        String kernel,
        AttentionPlan plan,
        Optional<Traffic> traffic,
        Memory memory) {}
