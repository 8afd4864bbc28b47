package foco.driver.metrics;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import foco.kernels.machine.KernelSpeed;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/**
 * What this JVM's tasks have counted since it started. Metrics systems know a process and no computation, so these are
 * the process's own.
 */
final class ExecutorMetrics {

    private static final LongAdder PAIRS = new LongAdder();
    private static final LongAdder TILES = new LongAdder();
    private static final LongAdder TILES_SKIPPED = new LongAdder();
    private static final LongAdder KEY_VALUE_BYTES = new LongAdder();
    private static final LongAdder KERNEL_NANOS = new LongAdder();
    private static final LongAdder MEGA_OPERATIONS = new LongAdder();

    private static final AtomicReference<Double> PEAK_SHARE = new AtomicReference<>(0.0);

    private ExecutorMetrics() {}

    static void add(AttentionMetrics.Done done) {
        PAIRS.add(done.pairs());
        TILES.add(done.tiles());
        TILES_SKIPPED.add(done.tilesSkipped());
        KEY_VALUE_BYTES.add(done.keyValueBytes());
        KERNEL_NANOS.add(done.kernelNanos());
        MEGA_OPERATIONS.add(Math.round(done.operations() * 1e-6));
    }

    static void measured(KernelSpeed speed) {
        PEAK_SHARE.set(speed.share());
    }

    static void register(MetricRegistry registry) {
        registry.register("pairs", (Gauge<Long>) PAIRS::sum);
        registry.register("tiles.computed", (Gauge<Long>) TILES::sum);
        registry.register("tiles.skipped", (Gauge<Long>) TILES_SKIPPED::sum);
        registry.register("keys.values.bytes", (Gauge<Long>) KEY_VALUE_BYTES::sum);
        registry.register("kernel.seconds", (Gauge<Double>) () -> KERNEL_NANOS.sum() * 1e-9);
        registry.register("kernel.gflops", (Gauge<Double>) ExecutorMetrics::gflops);
        registry.register("kernel.peak.share", (Gauge<Double>) PEAK_SHARE::get);
    }

    /** 10^9 operations a second of a core; 0 before any was busy. */
    private static double gflops() {
        long nanos = KERNEL_NANOS.sum();
        return nanos == 0 ? 0 : MEGA_OPERATIONS.sum() * 1e6 / nanos;
    }
}
