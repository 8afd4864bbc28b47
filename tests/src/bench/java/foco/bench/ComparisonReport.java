package foco.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What was measured, as Markdown. */
final class ComparisonReport {
    private final StringBuilder text = new StringBuilder();

    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    void heading(int threads, List<String> machine) {
        text.append("""
                # Foco's kernel beside its peers

                %s, %d heads, float32; made by `mvn -Pbench`, which times with JMH. All figures of a row were measured
                by turns, each implementation in JVMs of its own, and ratios hold within a row. In a JVM three calls or more
                warm up, until those that follow take the same time to within a tenth; an asterisk marks what never did.
                ONNX Runtime is given as the fastest of its operators. GFLOP/s count 4 x queries x keys x width x heads
                operations, and half of that under a causal mask, for everyone alike.

                """.formatted(threads == 1 ? "One thread" : threads + " threads", Shape.HEADS));
        machine.forEach(fact -> line("- %s", fact));
    }

    void agreement(double worst) {
        line(
                "- All agree: over every width and mask, no output is further from Foco's than %.1e of the largest.",
                worst);
    }

    void longTable(List<Measured> rows) {
        text.append("""

                ## Long sequences

                Foco's time includes packing keys and values. The peak is that of fused multiply-adds on registers alone,
                between the others' turns.

                | queries x keys, width, mask | Foco | ONNX Runtime | libtorch | peak | of peak | to ONNX Runtime | to libtorch |
                |---|---:|---:|---:|---:|---:|---:|---:|
                """);
        for (Measured row : rows) {
            line(
                    "| %s | %s | %s | %s | %.1f | %.2f | %s | %s |",
                    row.shape().name(),
                    rate(row, Contender.FOCO),
                    rate(row, row.onnxRuntime()),
                    rate(row, Contender.LIBTORCH),
                    row.peak(),
                    row.rate(Contender.FOCO) / row.peak(),
                    ratio(row, Contender.FOCO, row.onnxRuntime()),
                    ratio(row, Contender.FOCO, Contender.LIBTORCH));
        }
        operatorTable(rows);
        callTable(rows);
    }

    private void operatorTable(List<Measured> rows) {
        text.append("""

                ONNX Runtime's operators in the first turn, which chose among them:

                | queries x keys, width, mask | MultiHeadAttention | Attention-23 | GroupQueryAttention |
                |---|---:|---:|---:|
                """);
        for (Measured row : rows) {
            line(
                    "| %s | %s | %s | %s |",
                    row.shape().name(),
                    firstRate(row, Contender.MULTI_HEAD_ATTENTION),
                    firstRate(row, Contender.ATTENTION),
                    firstRate(row, Contender.GROUP_QUERY_ATTENTION));
        }
    }

    private void callTable(List<Measured> rows) {
        text.append("""

                Seconds of each call of the first turn; those after the slash were measured:

                | queries x keys, width, mask | of | calls |
                |---|---|---|
                """);
        for (Measured row : rows) {
            for (Contender contender : row.contenders()) {
                String calls = row.firstTurn(contender).toString().replace('|', '/');
                line("| %s | %s | %s |", row.shape().name(), contender.label(), calls);
            }
        }
    }

    void shortTable(List<Measured> rows) {
        text.append("""

                ## Short sequences, and few queries over many keys

                Packed: on keys and values that were packed before, as Foco does once for all queries. The ratios are given for
                both: with packing / packed before.

                | queries x keys, width, mask | Foco | packed | ONNX Runtime | its operator | libtorch | to ONNX Runtime | to libtorch |
                |---|---:|---:|---:|---|---:|---:|---:|
                """);
        for (Measured row : rows) {
            line(
                    "| %s | %s | %s | %s | %s | %s | %s | %s |",
                    row.shape().name(),
                    rate(row, Contender.FOCO),
                    rate(row, Contender.FOCO_PACKED),
                    rate(row, row.onnxRuntime()),
                    row.onnxRuntime().label(),
                    rate(row, Contender.LIBTORCH),
                    ratios(row, row.onnxRuntime()),
                    ratios(row, Contender.LIBTORCH));
        }
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
        line("| %s | %.1f |", shape.name(), bytes);
    }

    private static String rate(Measured row, Contender contender) {
        return String.format(Locale.ROOT, "%.1f", row.rate(contender)) + unsteady(row, contender);
    }

    private static String ratio(Measured row, Contender foco, Contender peer) {
        return String.format(Locale.ROOT, "%.2f", row.rate(foco) / row.rate(peer)) + unsteady(row, foco, peer);
    }

    private static String unsteady(Measured row, Contender... contenders) {
        return Arrays.stream(contenders).allMatch(row::steady) ? "" : "\\*";
    }

    private static String firstRate(Measured row, Contender contender) {
        return row.contenders().contains(contender) ? String.format(Locale.ROOT, "%.1f", row.firstRate(contender)) : "";
    }

    private static String ratios(Measured row, Contender peer) {
        return ratio(row, Contender.FOCO, peer) + " / " + ratio(row, Contender.FOCO_PACKED, peer);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
