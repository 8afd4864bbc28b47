package foco.jobs.bench;

import foco.kernels.machine.Peak;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a figure was measured on.
 *
 * @param cpu the processor's name as the system tells it, with its family and model, as in a virtual machine the name may
 *     be no more than "AMD EPYC"; or its architecture
 * @param jdk the version of Java and whose it is
 * @param vectorBits the vectors that kernels use; 0 without the Vector API
 */
public record Machine(String cpu, String jdk, int vectorBits) {

    public static Machine current() {
        String jdk = "%s (%s)".formatted(Runtime.version(), System.getProperty("java.vendor"));
        return new Machine(cpuName(), jdk, Peak.vectorBits());
    }

    private static String cpuName() {
        Optional<String> family = cpuInfo("cpu family");
        Optional<String> model = cpuInfo("model");
        return cpuInfo("model name")
                .map(name -> family.isPresent() && model.isPresent()
                        ? "%s (family %s, model %s)".formatted(name, family.get(), model.get())
                        : name)
                .orElse(System.getProperty("os.arch"));
    }

    /** What the processor has of x86's vectors: avx2, avx512f and so on; empty for others, and where it is not told. */
    public static List<String> avx() {
        return cpuInfo("flags").stream()
                .flatMap(flags -> Arrays.stream(flags.split(" ")))
                .filter(flag -> flag.startsWith("avx"))
                .toList();
    }

    /** The value of a key of {@code /proc/cpuinfo}, for the first processor; none where the system is not Linux. */
    private static Optional<String> cpuInfo(String key) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.contains(":")
                            && line.substring(0, line.indexOf(':')).strip().equals(key))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst();
        } catch (IOException e) { // not Linux
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return "%s, JDK %s, %s".formatted(cpu, jdk, vectorBits == 0 ? "no vectors" : vectorBits + "-bit vectors");
    }
}
