package foco.bench;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import foco.jobs.bench.Machine;
import foco.jobs.bench.Median;
import foco.kernels.AttentionSpec;
import foco.kernels.Kernels;
import foco.kernels.Peak;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * {@code mvn -Pbench}: Foco's kernel beside ONNX Runtime and libtorch, on one thread, in one run. All implementations
 * take their turns at a shape before the next shape, and the median of several turns counts, so that a machine whose
 * clock drifts or whose neighbours come and go leaves their ratios alone.
 *
 * <p>System properties: {@code foco.bench.n}, {@code foco.bench.widths}, {@code foco.bench.rounds} (the turns of each),
 * {@code foco.bench.report} (the file to write).
 */
public final class PeerComparison {
    private static final List<String> LONG = List.of("foco", "onnxRuntime", "libtorch");
    private static final List<String> SHORT = List.of("foco", "focoPacked", "onnxRuntime", "libtorch");

    private static final long PEAK_NANOS = 200_000_000;
    private static final int PEAK_TURNS = 10_000;

    private final int n = Integer.getInteger("foco.bench.n", 8192);
    private final int[] widths = Arrays.stream(System.getProperty("foco.bench.widths", "32,64,80,96,128,192,256")
                    .split(","))
            .mapToInt(Integer::parseInt)
            .toArray();
    private final int rounds = Integer.getInteger("foco.bench.rounds", 3);
    private final ComparisonReport report = new ComparisonReport();

    private PeerComparison() {}

    public static void main(String[] arguments) throws IOException, OrtException, RunnerException {
        PeerComparison comparison = new PeerComparison();
        comparison.run();
        Path file = Path.of(System.getProperty("foco.bench.report", "target/peers.md"));
        comparison.write(file);
        System.out.println(comparison.report);
        System.out.println("Written to " + file.toAbsolutePath().normalize());
    }

    private void run() throws OrtException, RunnerException {
        for (int i = 0; i < 10; i++) {
            peak(); // the compiler's share
        }
        report.heading(machine());
        report.agreement(agreement());
        report.longTable();
        for (boolean causal : new boolean[] {false, true}) {
            for (int width : widths) {
                Shape shape = new Shape(n, n, width, causal);
                // One call takes about a second or some: whole calls until the time is over, and at least one.
                report.longRow(shape, time(shape, LONG, 1, 1, 1, 2));
            }
        }
        report.shortTable();
        for (Shape shape : shortShapes()) {
            report.shortRow(shape, time(shape, SHORT, 2, 0.7, 2, 0.5));
        }
        report.allocationTable();
        for (Shape shape : List.of(new Shape(768, 768, 64, false), new Shape(768, 768, 64, true))) {
            report.allocationRow(shape, allocated(shape));
        }
    }

    private List<Shape> shortShapes() {
        List<Shape> shapes = new ArrayList<>();
        for (int queries : new int[] {1, 16, 64}) {
            shapes.add(new Shape(queries, n, 64, false));
        }
        for (int length : new int[] {100, 300, 1000}) {
            shapes.add(new Shape(length, length, 64, false));
        }
        return shapes;
    }

    private List<String> machine() {
        OrtEnvironment onnxRuntime = OrtEnvironment.getEnvironment();
        return List.of(
                "Date: " + LocalDate.now() + "; medians of %d turns".formatted(rounds),
                "Machine: %s, %d processors"
                        .formatted(Machine.current(), Runtime.getRuntime().availableProcessors()),
                "Foco: kernel " + Kernels.create(AttentionSpec.of(1, 64)).name(),
                "ONNX Runtime %s: com.microsoft.MultiHeadAttention".formatted(onnxRuntime.getVersion()),
                "libtorch %s (%s): scaled_dot_product_attention"
                        .formatted(torchVersion(), torch.get_cpu_capability().getString()));
    }

    private static String torchVersion() {
        try {
            return Loader.getVersion("org.bytedeco", "pytorch");
        } catch (IOException e) {
            return "of unknown version";
        }
    }

    private double agreement() throws OrtException {
        double worst = 0;
        for (int width : widths) {
            worst = Math.max(worst, Agreement.check(new Shape(777, 777, width, false)));
            worst = Math.max(worst, Agreement.check(new Shape(777, 777, width, true)));
        }
        for (Shape shape : shortShapes()) {
            worst = Math.max(worst, Agreement.check(shape));
        }
        return worst;
    }

    /** The median rate of each method of {@link AttentionBenchmark} and of the peak beside it, in GFLOP/s. */
    private Map<String, Double> time(
            Shape shape,
            List<String> methods,
            int warmUps,
            double warmUpSeconds,
            int measurements,
            double measurementSeconds)
            throws RunnerException {
        System.err.println("bench: " + shape.name());
        Map<String, List<Double>> rates = new HashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (String method : methods) {
                rates.computeIfAbsent("peak", key -> new ArrayList<>()).add(peak());
                ChainedOptionsBuilder options = options(AttentionBenchmark.class, method, shape)
                        .warmupIterations(warmUps)
                        .warmupTime(TimeValue.milliseconds((long) (1000 * warmUpSeconds)))
                        .measurementIterations(measurements)
                        .measurementTime(TimeValue.milliseconds((long) (1000 * measurementSeconds)));
                double nanos = result(options).getPrimaryResult().getScore();
                rates.computeIfAbsent(method, key -> new ArrayList<>()).add(shape.operations() / nanos);
            }
        }
        Map<String, Double> medians = new HashMap<>();
        rates.forEach((method, all) -> medians.put(method, Median.of(all)));
        return medians;
    }

    /** The machine's peak in this JVM, which has nothing else to do. */
    private static double peak() {
        long start = System.nanoTime();
        double operations = 0;
        long elapsed;
        do {
            operations += Peak.run(PEAK_TURNS);
            elapsed = System.nanoTime() - start;
        } while (elapsed < PEAK_NANOS);
        return operations / elapsed;
    }

    /** Bytes that one call of {@link SweepBenchmark} allocates, as JMH's gc profiler counts them. */
    private static double allocated(Shape shape) throws RunnerException {
        ChainedOptionsBuilder options = options(SweepBenchmark.class, "sweep", shape)
                .addProfiler(GCProfiler.class)
                .warmupIterations(3)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(2)
                .measurementTime(TimeValue.seconds(1));
        return result(options).getSecondaryResults().entrySet().stream()
                .filter(entry -> entry.getKey().endsWith("gc.alloc.rate.norm"))
                .findFirst()
                .orElseThrow()
                .getValue()
                .getScore();
    }

    private static ChainedOptionsBuilder options(Class<?> benchmark, String method, Shape shape) {
        return new OptionsBuilder()
                .include("^" + benchmark.getName().replace(".", "\\.") + "\\." + method + "$")
                .param("shape", shape.name())
                .forks(1)
                .threads(1)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
    }

    private static RunResult result(ChainedOptionsBuilder options) throws RunnerException {
        Collection<RunResult> results = new Runner(options.build()).run();
        if (results.size() != 1) {
            throw new IllegalStateException("JMH ran %d benchmarks in place of one.".formatted(results.size()));
        }
        return results.iterator().next();
    }

    private void write(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, report.toString());
    }
}
