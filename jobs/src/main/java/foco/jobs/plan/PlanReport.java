package foco.jobs.plan;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import foco.driver.plan.AttentionPlan;
import foco.jobs.terminal.ByteCounts;

/**
 * What {@code foco plan} tells.
 *
 * @param gflops the rate of one core
 * @param measured whether it was measured here
 */
record PlanReport(AttentionPlan plan, double gflops, boolean measured) {

    /** Some lines for people. */
    String lines() {
        return "%s%ntime       %s, at %.1f GFLOP/s a core (%s)"
                .formatted(
                        plan.explain(), duration(plan.seconds(gflops)), gflops, measured ? "measured here" : "given");
    }

    private static String duration(double seconds) {
        if (seconds < 120) {
            return (seconds < 0.1 ? "%.4f s" : "%.1f s").formatted(seconds);
        }
        return seconds < 7200 ? "%.0f min".formatted(seconds / 60) : "%.1f h".formatted(seconds / 3600);
    }

    /** One line: a JSON object. */
    String json() {
        ObjectNode json = new ObjectMapper().createObjectNode();
        json.put("strategy", plan.strategy().kind().toString())
                .put("reason", plan.reason())
                .put("queries", plan.queries())
                .put("keys", plan.keys())
                .put("block_rows", plan.blockRows())
                .put("partition_blocks", plan.strategy().partitionBlocks())
                .put("key_value_bytes", plan.keyValueBytes())
                .put("tasks", plan.strategy().tasks())
                .put("waves", plan.waves())
                .put("operations", plan.operations())
                .put("operations_estimated", plan.isEstimated())
                .put("gflops_of_a_core", gflops)
                .put("seconds", plan.seconds(gflops));
        ByteCounts.put(json, plan.strategy().traffic());
        ByteCounts.put(json, plan.strategy().memory());
        return json.put(
                        "executor_bytes",
                        plan.strategy().memory().executor(plan.cluster().cores()))
                .toString();
    }
}
