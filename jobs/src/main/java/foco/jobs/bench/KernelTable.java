package foco.jobs.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import foco.driver.plan.Counted;

/** The rates of kernels as lines for people, and as JSON for programs. */
public final class KernelTable {
    private final Machine machine;
    private final int threads;

    public KernelTable(Machine machine, int threads) {
        this.machine = machine;
        this.threads = threads;
    }

    /** The two lines above the rows. */
    public String heading(int heads, long keys) {
        return "%s, %s; %s, %s; GFLOP/s, medians%n%-28s %9s %9s %8s %8s%s"
                .formatted(
                        machine,
                        Counted.text(threads, "thread"),
                        Counted.text(heads, "head"),
                        Counted.text(keys, "key"),
                        "case",
                        "kernel",
                        "peak",
                        "of peak",
                        "of dense",
                        threads == 1 ? "" : " %10s %8s".formatted("1 thread", "scaling"));
    }

    public String row(KernelRate rate) {
        String row = "%-28s %9.1f %9.1f %8.3f %8s"
                .formatted(
                        rate.timed().name(),
                        rate.gflops(),
                        rate.peak(),
                        rate.ofPeak(),
                        rate.ofDense().isPresent()
                                ? "%.3f".formatted(rate.ofDense().getAsDouble())
                                : "");
        return threads == 1
                ? row
                : "%s %10.1f %8.2f"
                        .formatted(
                                row,
                                rate.gflopsOfOne().orElseThrow(),
                                rate.scaling().orElseThrow());
    }

    /** One line: a JSON object that needs no other to be understood. */
    public String json(KernelRate rate) {
        KernelCase timed = rate.timed();
        ObjectNode json = new ObjectMapper().createObjectNode();
        json.put("case", timed.name())
                .put("gflops", rate.gflops())
                .put("peak", rate.peak())
                .put("of_peak", rate.ofPeak())
                .put("width", timed.width())
                .put("mask", timed.masking().toString())
                .put("scores", timed.scoring().toString())
                .put("heads", timed.heads())
                .put("queries", timed.queries())
                .put("keys", timed.keys())
                .put("threads", rate.threads());
        rate.ofDense().ifPresent(share -> json.put("of_dense", share));
        rate.gflopsOfOne().ifPresent(gflops -> json.put("gflops_of_one_thread", gflops));
        rate.scaling().ifPresent(scaling -> json.put("scaling", scaling));
        return json.put("cpu", machine.cpu())
                .put("jdk", machine.jdk())
                .put("vector_bits", machine.vectorBits())
                .toString();
    }
}
