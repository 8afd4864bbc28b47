package foco.jobs.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import foco.driver.plan.Counted;
import foco.driver.result.AttentionSummary;
import java.util.OptionalDouble;

/**
 * What attention through Spark reached.
 *
 * @param cores the tasks that run at a time
 * @param attentionSeconds the wall time of the stages in which kernels computed
 * @param kernelGflops what the kernel alone does on as many cores
 * @param error the largest relative error of the rows that were held against float64, if any were
 */
public record SparkRate(
        KernelCase timed,
        int cores,
        AttentionSummary summary,
        double attentionSeconds,
        double kernelGflops,
        OptionalDouble error) {

    /** The rate while kernels computed. */
    public double gflops() {
        return wholeGflops() * summary.seconds() / attentionSeconds;
    }

    /** The rate from making the input to the kept output. */
    public double wholeGflops() {
        return summary.gflops();
    }

    /** Some lines for people. */
    public String lines(Machine machine) {
        return """
                %s; kernel %s
                %-9s %s, %s of width %d, %s
                %-9s %d on %s, %s
                %-9s %9.1f s %9.1f GFLOP/s %6.3f of the kernel alone
                %-9s %9.1f s %9.1f GFLOP/s %6.3f, with making the input, packing, moving and gathering
                %-9s %21.1f GFLOP/s on as many cores
                %-9s %,d MiB of heap at most%s""".formatted(
                machine,
                summary.kernel(),
                "input",
                Counted.text(timed.keys(), "token"),
                Counted.text(timed.heads(), "head"),
                timed.width(),
                timed.masking(),
                "tasks",
                summary.tasks(),
                Counted.text(cores, "core"),
                summary.plan().strategy().kind(),
                "attention",
                attentionSeconds,
                gflops(),
                gflops() / kernelGflops,
                "whole",
                summary.seconds(),
                wholeGflops(),
                wholeGflops() / kernelGflops,
                "kernel",
                kernelGflops,
                "memory",
                summary.peak().heap() >> 20,
                error.isPresent() ? "%n%-9s %9.2g against float64".formatted("error", error.getAsDouble()) : "");
    }

    /** One line: a JSON object. */
    public String json(Machine machine) {
        ObjectNode json = new ObjectMapper().createObjectNode();
        error.ifPresent(largest -> json.put("error", largest));
        return json.put("case", timed.name())
                .put("strategy", summary.plan().strategy().kind().toString())
                .put("tokens", timed.keys())
                .put("heads", timed.heads())
                .put("width", timed.width())
                .put("mask", timed.masking().toString())
                .put("tasks", summary.tasks())
                .put("threads", cores)
                .put("seconds", attentionSeconds)
                .put("gflops", gflops())
                .put("kernel_gflops", kernelGflops)
                .put("of_kernel", gflops() / kernelGflops)
                .put("whole_seconds", summary.seconds())
                .put("whole_gflops", wholeGflops())
                .put("whole_of_kernel", wholeGflops() / kernelGflops)
                .put("memory_bytes", summary.peak().heap())
                .put("resident_bytes", summary.peak().resident())
                .put("kernel", summary.kernel())
                .put("cpu", machine.cpu())
                .put("jdk", machine.jdk())
                .put("vector_bits", machine.vectorBits())
                .toString();
    }
}
