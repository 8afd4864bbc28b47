package foco.jobs.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import foco.driver.plan.Counted;

/**
 * How fast queries read loaded keys and values.
 *
 * @param bytes of all keys and values
 * @param readBytes what plain reading reaches, in bytes a second
 */
public record SplitKeysRate(KernelCase timed, int cores, int tasks, double bytes, Seconds seconds, double readBytes) {

    /**
     * What it took.
     *
     * @param load to make, pack and keep keys and values
     * @param attention the wall time of the stage in which kernels computed
     * @param whole of a set of queries, from reading them to the kept output
     */
    public record Seconds(double load, double attention, double whole) {}

    private double ofRead(double duration) {
        return bytes / duration / readBytes;
    }

    /** Some lines for people. */
    public String lines(Machine machine) {
        double operations = 4.0 * timed.width() * timed.queries() * timed.keys() * timed.heads();
        return """
                %s
                %-9s %s, %s, %s of width %d; %.2f GB of keys and values, loaded in %.1f s
                %-9s %d on %s
                %-9s %9.3f s %8.2f GB/s %6.3f of a plain read, %.1f GFLOP/s
                %-9s %9.3f s %8.2f GB/s %6.3f, with reading the queries, merging and gathering
                %-9s %20.2f GB/s on as many cores""".formatted(
                        machine,
                        "input",
                        Counted.text(timed.queries(), "query", "queries"),
                        Counted.text(timed.keys(), "key"),
                        Counted.text(timed.heads(), "head"),
                        timed.width(),
                        bytes * 1e-9,
                        seconds.load,
                        "tasks",
                        tasks,
                        Counted.text(cores, "core"),
                        "attention",
                        seconds.attention,
                        bytes / seconds.attention * 1e-9,
                        ofRead(seconds.attention),
                        operations / seconds.attention * 1e-9,
                        "whole",
                        seconds.whole,
                        bytes / seconds.whole * 1e-9,
                        ofRead(seconds.whole),
                        "read",
                        readBytes * 1e-9);
    }

    /** One line: a JSON object. */
    public String json(Machine machine) {
        ObjectNode json = new ObjectMapper().createObjectNode();
        return json.put("case", timed.name())
                .put("queries", timed.queries())
                .put("keys", timed.keys())
                .put("heads", timed.heads())
                .put("width", timed.width())
                .put("bytes", bytes)
                .put("tasks", tasks)
                .put("threads", cores)
                .put("load_seconds", seconds.load)
                .put("seconds", seconds.attention)
                .put("bytes_per_second", bytes / seconds.attention)
                .put("of_read", ofRead(seconds.attention))
                .put("whole_seconds", seconds.whole)
                .put("whole_of_read", ofRead(seconds.whole))
                .put("read_bytes_per_second", readBytes)
                .put("cpu", machine.cpu())
                .put("jdk", machine.jdk())
                .put("vector_bits", machine.vectorBits())
                .toString();
    }
}
