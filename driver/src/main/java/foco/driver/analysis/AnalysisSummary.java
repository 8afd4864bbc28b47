package foco.driver.analysis;

import foco.driver.plan.AttentionPlan;
import foco.driver.plan.Memory;
import foco.driver.plan.Traffic;
import java.util.Optional;

/**
 * What a computation of statistics took, the attention before it left out.
 *
 * @param items runs of queries, counted once for each head
 * @param found those of them that were found in a checkpoint, and not computed
 * @param tasks the Spark tasks that computed them
 * @param seconds the wall time
 * @param plan what was planned
 * @param traffic the bytes that were moved, as Spark tells; empty if it had not told in time
 * @param memory the bytes that were held: blocks as Spark tells, what tasks held as they tell themselves
 */
public record AnalysisSummary(
        int items,
        int found,
        int tasks,
        double seconds,
        AttentionPlan plan,
        Optional<Traffic> traffic,
        Memory memory) {}
