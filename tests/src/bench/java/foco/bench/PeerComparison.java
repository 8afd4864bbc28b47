package foco.bench;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import foco.jobs.bench.Machine;
import foco.kernels.AttentionSpec;
import foco.kernels.machine.Kernels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;
import org.openjdk.jmh.runner.RunnerException;

/**
 * {@code mvn -Pbench}: Foco's kernel beside ONNX Runtime and libtorch, each on as many threads, in one run. They take
 * their turns at a shape before the next shape, and the median of several turns counts.
 *
 * <p>System properties: {@code foco.bench.n}, {@code foco.bench.widths}, {@code foco.bench.rounds} (the turns of each),
 * {@code foco.bench.threads} (of each: 1, 2, 4 or 8), {@code foco.bench.folder} (where to write
 * {@code peers-<instructions>.md}, so that each kind of machine has a file of its own).
 */
public final class PeerComparison {
    /** Seconds below which calls on long sequences are timed together; at 8192 tokens each is timed alone. */
    private static final double LONG_CALL = 0.1;

    /** The same for short sequences: so long that the JVM has compiled the code after some. */
    private static final double SHORT_CALLS = 0.3;

    private final int n = Integer.getInteger("foco.bench.n", 8192);
    private final int[] widths = Arrays.stream(
                    System.getProperty("foco.bench.widths", "32,64,128").split(","))
            .mapToInt(Integer::parseInt)
            .toArray();
    private final int rounds = Integer.getInteger("foco.bench.rounds", 3);
    private final int threads = Integer.getInteger("foco.bench.threads", 1);
    private final Path folder = Path.of(System.getProperty("foco.bench.folder", "target"));
    private final ComparisonReport report = new ComparisonReport();

    private PeerComparison() {
        if (threads < 1 || Shape.HEADS % threads != 0) {
            throw new IllegalArgumentException(
                    "foco.bench.threads must divide the %d heads, and is %d".formatted(Shape.HEADS, threads));
        }
    }

    public static void main(String[] arguments) throws IOException, OrtException, RunnerException {
        PeerComparison comparison = new PeerComparison();
        comparison.run();
        Path file = comparison.write();
        System.out.println(comparison.report);
        System.out.println("Written to " + file.toAbsolutePath().normalize());
    }

    private void run() throws OrtException, RunnerException {
        report.heading(threads, machine());
        report.agreement(agreement());
        try (Turns turns = new Turns(rounds, threads)) {
            List<Measured> rows = new ArrayList<>();
            for (boolean causal : new boolean[] {false, true}) {
                for (int width : widths) {
                    Shape shape = new Shape(n, n, width, causal);
                    List<Contender> contenders = new ArrayList<>(Contender.of(shape));
                    contenders.remove(Contender.FOCO_PACKED);
                    rows.add(turns.time(shape, contenders, LONG_CALL));
                }
            }
            report.longTable(rows);
            rows.clear();
            for (Shape shape : shortShapes()) {
                rows.add(turns.time(shape, Contender.of(shape), SHORT_CALLS));
            }
            report.shortTable(rows);
        }
        report.allocationTable();
        for (Shape shape : List.of(new Shape(768, 768, 64, false), new Shape(768, 768, 64, true))) {
            report.allocationRow(shape, Turns.allocated(shape));
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
        Runtime runtime = Runtime.getRuntime();
        return List.of(
                "Date: %s; medians of %d turns".formatted(LocalDate.now(), rounds),
                "Machine: %s, %d processors".formatted(Machine.current(), runtime.availableProcessors()),
                "Instructions: " + String.join(" ", Machine.avx()),
                "Foco: kernel " + Kernels.create(AttentionSpec.of(1, 64)).name(),
                "ONNX Runtime %s: com.microsoft.MultiHeadAttention, Attention of operator set 23 and, causal,"
                                .formatted(OrtEnvironment.getEnvironment().getVersion())
                        + " com.microsoft.GroupQueryAttention",
                "libtorch %s (%s): scaled_dot_product_attention".formatted(torchVersion(), torchInstructions()));
    }

    private static String torchVersion() {
        try {
            return Loader.getVersion("org.bytedeco", "pytorch");
        } catch (IOException e) {
            return "of unknown version";
        }
    }

    /** What libtorch found the processor to have: "AVX512", "AVX2", "DEFAULT". */
    private static String torchInstructions() {
        return torch.get_cpu_capability().getString();
    }

    private double agreement() throws OrtException {
        double worst = 0;
        for (int width : widths) {
            worst = Math.max(worst, Agreement.check(new Shape(777, 777, width, false), threads));
            worst = Math.max(worst, Agreement.check(new Shape(777, 777, width, true), threads));
        }
        for (Shape shape : shortShapes()) {
            worst = Math.max(worst, Agreement.check(shape, threads));
        }
        return worst;
    }

    private Path write() throws IOException {
        String threadsToo = threads == 1 ? "" : "-%d-threads".formatted(threads);
        Path file = folder.resolve("peers-%s%s.md".formatted(torchInstructions().toLowerCase(Locale.ROOT), threadsToo));
        Files.createDirectories(folder.toAbsolutePath());
        return Files.writeString(file, report.toString());
    }
}
