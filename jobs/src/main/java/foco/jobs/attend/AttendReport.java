package foco.jobs.attend;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import foco.driver.plan.Bytes;
import foco.driver.plan.Counted;
import foco.driver.plan.Memory;
import foco.driver.plan.Traffic;
import foco.driver.result.AttentionSummary;
import foco.jobs.terminal.ByteCounts;
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

    /** One line for people of what it took beside what was planned, and one about what was done. */
    String lines() {
        return plannedAndActual() + System.lineSeparator() + line();
    }

    private String line() {
        return "%s, %s, %s, %s, %s, %s in %.1f s, %.1f GFLOP/s, %s of heap in the fullest process, kernel %s%s -> %s%s"
                .formatted(
                        Counted.text(summary.tokens(), "token"),
                        Counted.text(summary.keys(), "key"),
                        Counted.text(spec.heads(), "head"),
                        Counted.text(summary.sequences(), "sequence"),
                        summary.plan().strategy().kind(),
                        Counted.text(summary.tasks(), "task"),
                        summary.seconds(),
                        summary.gflops(),
                        memory(summary.memoryBytes()),
                        summary.kernel(),
                        resumed(),
                        output,
                        lse.map(name -> " and " + name).orElse(""));
    }

    private String plannedAndActual() {
        Traffic planned = summary.plan().strategy().traffic();
        Memory held = summary.plan().strategy().memory();
        int cores = summary.plan().cluster().cores();
        return "planned and actual: broadcast %s, pulled %s, shuffled %s; of an executor's heap, for keys, values and states, %s"
                .formatted(
                        both(planned.broadcast(), summary.traffic().map(Traffic::broadcast)),
                        both(planned.pulled(), summary.traffic().map(Traffic::pulled)),
                        both(planned.shuffled(), summary.traffic().map(Traffic::shuffled)),
                        both(held.executor(cores), Optional.of(summary.memory().executor(cores))));
    }

    private static String both(long planned, Optional<Long> actual) {
        return "%s and %s"
                .formatted(Bytes.text(planned), actual.map(Bytes::text).orElse("unknown"));
    }

    /** How much of it was done before. */
    private String resumed() {
        return summary.found() == 0
                ? ""
                : ", %,d of %s found in the checkpoint"
                        .formatted(summary.found(), Counted.text(summary.items(), "part"));
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
                .put("lse", lse.orElse(null))
                .put("strategy", summary.plan().strategy().kind().toString());
        ArrayNode scores = json.putArray("scores");
        spec.scores().forEach(modifier -> scores.add(modifier.toString()));
        ObjectNode planned = json.putObject("planned");
        ByteCounts.put(planned, summary.plan().strategy().traffic());
        ByteCounts.put(planned, summary.plan().strategy().memory());
        ObjectNode actual = json.putObject("actual");
        summary.traffic().ifPresent(traffic -> ByteCounts.put(actual, traffic));
        ByteCounts.put(actual, summary.memory());
        return json.toString();
    }

    private static String memory(long bytes) {
        return bytes < 1L << 30 ? "%d MiB".formatted(bytes >> 20) : "%.1f GiB".formatted(bytes / (double) (1L << 30));
    }
}
