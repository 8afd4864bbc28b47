package foco.bench.spark;

import ai.onnxruntime.OrtEnvironment;
import foco.jobs.bench.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.package$;

/**
 * {@code mvn -Pbench-spark}: the time of each {@link Contender} from a Parquet table of tokens to one of outputs, and the most
 * tokens that it gets through in a process of 8 GiB.
 *
 * <p>System properties: {@code foco.bench.sizes} (tokens, rising), {@code foco.bench.contenders}, {@code foco.bench.minutes}
 * (for each run), {@code foco.bench.most} and {@code foco.bench.from} (tokens between which the most are
 * looked for, by doubling; from the largest of the sizes unless it is given, and not at all if there are none), {@code foco.bench.folder} (where to write {@code spark.md}).
 */
public final class SparkComparison {

    private final int[] sizes = Arrays.stream(
                    System.getProperty("foco.bench.sizes", "2048,8192,32768").split(","))
            .mapToInt(Integer::parseInt)
            .toArray();
    private final List<Contender> contenders = Arrays.stream(
                    System.getProperty("foco.bench.contenders", "").split(","))
            .filter(name -> !name.isBlank())
            .map(Contender::valueOf)
            .toList();
    private final int most = Integer.getInteger("foco.bench.most", 1 << 20);
    private final int from = Integer.getInteger("foco.bench.from", sizes[sizes.length - 1]);
    private final int minutes = Integer.getInteger("foco.bench.minutes", 15);
    private final Path folder = Path.of(System.getProperty("foco.bench.folder", "target"));
    private final RunProcess runs = new RunProcess(Duration.ofMinutes(minutes));

    private SparkComparison() {}

    public static void main(String[] arguments) throws IOException {
        SparkComparison comparison = new SparkComparison();
        String report = comparison.report();
        System.out.println(report);
        Files.createDirectories(comparison.folder.toAbsolutePath());
        Files.writeString(comparison.folder.resolve("spark.md"), report);
    }

    private List<Contender> all() {
        return contenders.isEmpty() ? List.of(Contender.values()) : contenders;
    }

    private String report() throws IOException {
        StringBuilder text = new StringBuilder("""
                # Foco beside other ways to compute attention with Spark

                Made by `mvn -Pbench-spark`. One sequence, %d heads of %d, no mask, float32, from a Parquet table of tokens to one of
                outputs in a running session, which has done nothing before but to write the first table. Each run has a
                process of its own, `local[*]`, which is ended when it takes more than 8 GiB or %d minutes. An asterisk marks runs
                during which the machine did something else too: their times are upper bounds.

                - Date: %s
                - Machine: %s, %d processors, %s
                - Java %s, Spark %s, ONNX Runtime %s

                | Tokens | %s |
                |---:|%s
                """.formatted(
                        Size.HEADS,
                        Size.WIDTH,
                        minutes,
                        LocalDate.now(),
                        Machine.current(),
                        Runtime.getRuntime().availableProcessors(),
                        String.join(" ", Machine.avx()),
                        Runtime.version().feature(),
                        package$.MODULE$.SPARK_VERSION(),
                        OrtEnvironment.getEnvironment().getVersion(),
                        String.join(" | ", all().stream().map(Contender::label).toList()),
                        "---|".repeat(all().size())));
        double error = times(text);
        text.append(String.format(
                Locale.ROOT,
                "%nNo row that was checked is further from float64 than %.1e of its largest number.%n",
                error));
        if (most >= from) {
            memory(text);
        }
        return text.toString();
    }

    /** Who has failed at a size is not asked for a larger one. Returns the largest error. */
    private double times(StringBuilder text) throws IOException {
        Map<Contender, Boolean> out = new EnumMap<>(Contender.class);
        double worst = 0;
        for (int tokens : sizes) {
            text.append("| %,d |".formatted(tokens));
            for (Contender contender : all()) {
                if (out.containsKey(contender)) {
                    text.append(" |");
                    continue;
                }
                Outcome outcome = run(contender, new Size(tokens, false));
                worst = Math.max(worst, outcome.error());
                if (!outcome.survived()) {
                    out.put(contender, true);
                }
                text.append(" %s |".formatted(outcome.text()));
            }
            text.append('\n');
        }
        return worst;
    }

    private void memory(StringBuilder text) throws IOException {
        text.append("""

                ## The most tokens in 8 GiB

                By doubling. The list computes no more than its first queries here and `BlockMatrix` one head, as neither takes more
                memory for the rest.

                | | Got through | Did not |
                |---|---|---|
                """);
        for (Contender contender : all()) {
            String through = "";
            String failed = "";
            for (int tokens = from; tokens <= most && failed.isEmpty(); tokens *= 2) {
                Outcome outcome = run(contender, new Size(tokens, true));
                String told = "%,d: %s".formatted(tokens, outcome.text());
                through = outcome.survived() ? told : through;
                failed = outcome.survived() ? "" : told;
            }
            text.append("| %s | %s | %s |%n".formatted(contender.label(), through, failed));
        }
    }

    private Outcome run(Contender contender, Size size) throws IOException {
        Outcome outcome = runs.run(contender, size);
        System.out.printf(
                "%s, %,d tokens%s: %s%n",
                contender.label(), size.tokens(), size.probe() ? ", for its memory" : "", outcome.text());
        return outcome;
    }
}
