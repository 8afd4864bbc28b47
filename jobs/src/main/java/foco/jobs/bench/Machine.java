package foco.jobs.bench;

import foco.kernels.Peak;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a figure was measured on.
 *
 * @param cpu the processor's name as the system tells it, or its architecture
 * @param jdk the version of Java and whose it is
 * @param vectorBits the vectors that kernels use; 0 without the Vector API
 */
public record Machine(String cpu, String jdk, int vectorBits) {

    public static Machine current() {
        String jdk = "%s (%s)".formatted(Runtime.version(), System.getProperty("java.vendor"));
        return new Machine(cpuName(), jdk, Peak.vectorBits());
    }

    private static String cpuName() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) { // not Linux
            return System.getProperty("os.arch");
        }
    }

    @Override
    public String toString() {
        return "%s, JDK %s, %s".formatted(cpu, jdk, vectorBits == 0 ? "no vectors" : vectorBits + "-bit vectors");
    }
}
