package foco.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was measured, as Markdown. */
final class ComparisonReport {
    private final StringBuilder text = new StringBuilder();

    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    void heading(List<String> machine) {
        text.append("""
                # Foco's kernel beside its peers

                One thread, %d heads, float32; made by `mvn -Pbench`, which times with JMH. All figures of a row were measured
                by turns, each implementation in JVMs of its own, and ratios hold within a row. GFLOP/s count
                4 x queries x keys x width x heads operations, and half of that under a causal mask, for everyone alike.

                """.formatted(Shape.HEADS));
        machine.forEach(fact -> line("- %s", fact));
    }

    void agreement(double worst) {
        line(
                "- All agree: over every width and mask, no output is further from Foco's than %.1e of the largest.",
                worst);
    }

    void longTable() {
        text.append("""

                ## Long sequences

                Foco's time includes packing keys and values. The peak is that of fused multiply-adds on registers alone,
                between the others' turns.

                | queries x keys, width, mask | Foco | ONNX Runtime | libtorch | peak | of peak | to ONNX Runtime | to libtorch |
                |---|---:|---:|---:|---:|---:|---:|---:|
                """);
    }

    void longRow(Shape shape, Map<String, Double> rates) {
        double foco = rates.get("foco");
        line(
                "| %s | %s | %s | %s | %s | %s | %s | %s |",
                shape.name(),
                rate(foco),
                rate(rates.get("onnxRuntime")),
                rate(rates.get("libtorch")),
                rate(rates.get("peak")),
                ratio(foco / rates.get("peak")),
                ratio(foco / rates.get("onnxRuntime")),
                ratio(foco / rates.get("libtorch")));
    }

    void shortTable() {
        text.append("""

                ## Short sequences, and few queries over many keys

                Packed: on keys and values that were packed before, as Foco does once for all queries. The ratios are given for
                both: with packing / packed before.

                | queries x keys, width, mask | Foco | packed | ONNX Runtime | libtorch | to ONNX Runtime | to libtorch |
                |---|---:|---:|---:|---:|---:|---:|
                """);
    }

    void shortRow(Shape shape, Map<String, Double> rates) {
        line(
                "| %s | %s | %s | %s | %s | %s | %s |",
                shape.name(),
                rate(rates.get("foco")),
                rate(rates.get("focoPacked")),
                rate(rates.get("onnxRuntime")),
                rate(rates.get("libtorch")),
                ratios(rates, "onnxRuntime"),
                ratios(rates, "libtorch"));
    }

    void allocationTable() {
        text.append("""

                ## Allocation

                Bytes allocated by one call of the kernel, by JMH's gc profiler: a block of queries over a block of keys, which
                are some hundred tiles.

                | queries x keys, width, mask | bytes |
                |---|---:|
                """);
    }

    void allocationRow(Shape shape, double bytes) {
        line("| %s | %s |", shape.name(), rate(bytes));
    }

    private static String rate(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static String ratio(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private static String ratios(Map<String, Double> rates, String peer) {
        return ratio(rates.get("foco") / rates.get(peer)) + " / " + ratio(rates.get("focoPacked") / rates.get(peer));
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
