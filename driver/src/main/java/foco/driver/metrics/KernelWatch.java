package foco.driver.metrics;

import foco.kernels.machine.KernelSpeed;
import foco.kernels.machine.Kernels;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/** Has the kernel of a process compiled before it is needed, and sees whether it is as fast as it should be. */
public final class KernelWatch {

    private KernelWatch() {}

    /** Begins once in a process, on a thread of its own. */
    public static void begin() {
        Kernels.warmUp(speed -> {
            ExecutorMetrics.measured(speed);
            warning(speed).ifPresent(LoggerFactory.getLogger("foco")::warn);
        });
    }

    static Optional<String> warning(KernelSpeed speed) {
        return speed.isLow()
                ? Optional.of(
                        "The attention kernel reaches %.1f GFLOP/s on a core here, which is below half of the %.1f that multiply-adds alone reach: this JVM has compiled it badly, or is never left alone; if it stays slow, start it anew."
                                .formatted(speed.kernel(), speed.peak()))
                : Optional.empty();
    }
}
