package foco.jobs.terminal;

import foco.driver.metrics.Progress;
import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** How far a command is, as lines of a log: one after each minute, so that what takes less than that prints none. */
final class ProgressLog {

    private static final double TERA = 1e12;
    private static final double PERCENT = 100;

    private final PrintWriter err;
    private final LongSupplier nanoClock;
    private final long start;
    private long minutes;

    ProgressLog(PrintWriter err, LongSupplier nanoClock) {
        this.err = err;
        this.nanoClock = nanoClock;
        this.start = nanoClock.getAsLong();
    }

    void tell(Progress progress) {
        long now = TimeUnit.NANOSECONDS.toMinutes(nanoClock.getAsLong() - start);
        if (now > minutes && progress.total() > 0) {
            minutes = now;
            err.printf("after %d min: %s, %s%n", now, ProgressLine.name(progress), done(progress));
            err.flush();
        }
    }

    private static String done(Progress progress) {
        return progress.attention()
                ? "%.0f%% of %.1f TFLOP"
                        .formatted(PERCENT * progress.done() / progress.total(), progress.total() / TERA)
                : "%.0f of %.0f tasks".formatted(progress.done(), progress.total());
    }
}
