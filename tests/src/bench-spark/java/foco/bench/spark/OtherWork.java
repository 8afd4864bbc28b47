package foco.bench.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/** What else the machine did while a process ran: its times are upper bounds then. Known on Linux alone. */
final class OtherWork {

    /** Of one core. */
    private static final double LITTLE = 0.05;

    /** Clock ticks in a second, as Linux counts them in {@code /proc/stat} on all usual machines. */
    private static final double TICKS = 100;

    private final double busyBefore = busySeconds();
    private final long start = System.nanoTime();
    private double own;

    /** Looks at a process; to be called again and again until it ends. */
    void watch(Process process) {
        own = process.info().totalCpuDuration().map(Duration::toNanos).orElse(0L) * 1e-9;
    }

    /** Whether it took more than a little of a core. */
    boolean disturbed() {
        double elapsed = (System.nanoTime() - start) * 1e-9;
        return busySeconds() - busyBefore - own > LITTLE * elapsed;
    }

    /** The seconds that all cores together have worked since the start of the machine. */
    private static double busySeconds() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/stat"))) {
            String[] ticks = lines.findFirst().orElseThrow().split("\\s+");
            return (Double.parseDouble(ticks[1]) + Double.parseDouble(ticks[2]) + Double.parseDouble(ticks[3])) / TICKS;
        } catch (IOException e) {
            return 0; // another system
        }
    }
}
