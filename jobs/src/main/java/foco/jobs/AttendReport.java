package foco.jobs;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import foco.driver.AttentionSummary;
import foco.kernels.AttentionSpec;
import java.util.Optional;

/**
 * What {@code foco attend} did.
 *
 * @param causal whether the mask was causal
 * @param output where the output lies
 * @param lse where the log-sum-exp lies, if it was asked for
 */
record AttendReport(AttentionSummary summary, AttentionSpec spec, boolean causal, String output, Optional<String> lse) {

    /** One line for people. */
    String line() {
        return "%,d tokens, %,d keys, %s, %s, %s in %.1f s, %.1f GFLOP/s, %s of memory, kernel %s%s -> %s%s"
                .formatted(
                        summary.tokens(),
                        summary.keys(),
                        count(spec.heads(), "head"),
                        count(summary.sequences(), "sequence"),
                        count(summary.tasks(), "task"),
                        summary.seconds(),
                        summary.gflops(),
                        memory(summary.memoryBytes()),
                        summary.kernel(),
                        resumed(),
                        output,
                        lse.map(name -> " and " + name).orElse(""));
    }

    /** How much of it was done before. */
    private String resumed() {
        return summary.found() == 0
                ? ""
                : ", %,d of %,d parts found in the checkpoint".formatted(summary.found(), summary.items());
    }

    /** One line for programs: a JSON object. */
    String json() {
        ObjectNode json = new ObjectMapper().createObjectNode();
        json.put("tokens", summary.tokens())
                .put("keys", summary.keys())
                .put("heads", spec.heads())
                .put("kv_heads", spec.keyValueHeads())
                .put("key_width", spec.keyWidth())
                .put("value_width", spec.valueWidth())
                .put("causal", causal)
                .put("mask", spec.mask().toString())
                .put("sinks", !spec.sinks().isEmpty())
                .put("sequences", summary.sequences())
                .put("items", summary.items())
                .put("items_found", summary.found())
                .put("tasks", summary.tasks())
                .put("seconds", summary.seconds())
                .put("gflops", summary.gflops())
                .put("memory_bytes", summary.memoryBytes())
                .put("kernel", summary.kernel())
                .put("output", output)
                .put("lse", lse.orElse(null));
        ArrayNode scores = json.putArray("scores");
        spec.scores().forEach(modifier -> scores.add(modifier.toString()));
        return json.toString();
    }

    private static String count(int number, String noun) {
        return "%,d %s%s".formatted(number, noun, number == 1 ? "" : "s");
    }

    private static String memory(long bytes) {
        return bytes < 1L << 30 ? "%d MiB".formatted(bytes >> 20) : "%.1f GiB".formatted(bytes / (double) (1L << 30));
    }
}
