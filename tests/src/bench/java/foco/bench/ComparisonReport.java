package foco.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was measured, as Markdown; each line is printed as soon as it is known. */
final class ComparisonReport {
    private final StringBuilder text = new StringBuilder();

    private void line(String format, Object... values) {
        String line = format.formatted(values);
        System.out.println(line);
        text.append(line).append('\n');
    }

    void heading(List<String> machine) {
        line("# Foco's kernel beside its peers");
        line("");
        line(
                "One thread, %d heads, float32, made by `mvn -Pbench`. All figures of a row were measured one after the",
                Shape.HEADS);
        line(
                "other, each in a JVM of its own; ratios hold within a row. GFLOP/s count 4 x queries x keys x width x heads");
        line("operations, and half of it under a causal mask, for everyone alike.");
        line("");
        machine.forEach(fact -> line("- %s", fact));
    }

    void agreement(double worst) {
        line(
                "- All agree: the largest difference to Foco's output over every width and mask is %s of its largest element",
                String.format(Locale.ROOT, "%.1e", worst));
    }

    void longTable() {
        line("");
        line("## Long sequences");
        line("");
        line("Foco's time includes packing keys and values. The peak is that of fused multiply-adds on registers.");
        line("");
        line(
                "| queries x keys, width, mask | Foco | ONNX Runtime | libtorch | peak | of peak | to ONNX Runtime | to libtorch |");
        line("|---|---:|---:|---:|---:|---:|---:|---:|");
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
        line("");
        line("## Short sequences, and few queries over many keys");
        line("");
        line(
                "Packed: on keys and values that were packed before, as Foco does once for all queries. The ratios are given for");
        line("both: with packing / packed before.");
        line("");
        line(
                "| queries x keys, width, mask | Foco | packed | ONNX Runtime | libtorch | to ONNX Runtime | to libtorch |");
        line("|---|---:|---:|---:|---:|---:|---:|");
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
        line("");
        line("## Allocation");
        line("");
        line(
                "Bytes allocated by one call of the kernel, a block of queries over a block of keys, by JMH's gc profiler.");
        line("");
        line("| queries x keys, width, mask | bytes |");
        line("|---|---:|");
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
