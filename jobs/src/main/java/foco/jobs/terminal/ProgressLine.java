package foco.jobs.terminal;

import foco.driver.metrics.AttentionProgress;
import foco.driver.metrics.Progress;
import java.io.PrintWriter;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.SparkContext;

/**
 * The last line of a terminal while a command works: what Spark is at, how much of it is done, how fast, and how long the
 * rest will take. Attention is told in operations, anything else in tasks, once it takes longer than a moment. The line
 * is gone when it is closed or something else is printed.
 */
public final class ProgressLine implements AutoCloseable {

    /** What fits in any terminal: a line that wraps cannot be written over. */
    private static final int COLUMNS = 79;

    /** Before whoever ended the process is told so. */
    private static final int HOOK_PRIORITY = 110;

    private static final long MOMENT_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int REDRAW_MILLIS = 500;
    private static final String ATTENTION = "attention";
    private static final double GIGA = 1e9;
    private static final double TERA = 1e12;
    /** A bar counts in whole numbers; operations of 10^18 and more leave room for that. */
    private static final double STEP = 1e6;

    private final SparkContext context;
    private final PrintWriter err;
    private final AttentionProgress listener;
    private final Runnable hook = this::end;
    private Optional<ProgressBar> bar = Optional.empty();
    private Optional<Progress> shown = Optional.empty();
    private long since;
    private boolean closed;

    private ProgressLine(SparkContext context, PrintWriter err, Optional<ProgressLog> log) {
        this.context = context;
        this.err = err;
        this.listener = new AttentionProgress(
                log.<Consumer<Progress>>map(lines -> lines::tell).orElse(this::show));
    }

    /** A line that is drawn from now on. */
    public static ProgressLine on(SparkContext context, PrintWriter err) {
        ProgressLine line = new ProgressLine(context, err, Optional.empty());
        context.addSparkListener(line.listener);
        ShutdownHookManager.get().addShutdownHook(line.hook, HOOK_PRIORITY);
        return line;
    }

    /** In place of one that is drawn, a line each minute: for a file, in which none is written over. */
    public static ProgressLine eachMinute(SparkContext context, PrintWriter err) {
        ProgressLine line = new ProgressLine(context, err, Optional.of(new ProgressLog(err, System::nanoTime)));
        context.addSparkListener(line.listener);
        return line;
    }

    /** One that is never drawn. */
    public static ProgressLine none(SparkContext context, PrintWriter err) {
        return new ProgressLine(context, err, Optional.empty());
    }

    /** Prints a line of its own. */
    public synchronized void println(String text) {
        erase();
        err.println(text);
        err.flush();
    }

    private synchronized void show(Progress progress) {
        if (closed) {
            return;
        }
        if (shown.isEmpty() || !isSame(shown.get(), progress)) {
            erase();
            since = System.nanoTime();
        }
        shown = Optional.of(progress);
        boolean worthIt = progress.attention() || System.nanoTime() - since > MOMENT_NANOS;
        if (bar.isEmpty() && worthIt && progress.total() > 0) {
            bar = Optional.of(progress.attention() ? operations(progress) : tasks(progress));
        }
        bar.ifPresent(drawn -> drawn.stepTo(steps(progress, progress.done())));
    }

    private static boolean isSame(Progress one, Progress other) {
        return one.label().equals(other.label()) && one.attention() == other.attention();
    }

    private static long steps(Progress progress, double amount) {
        return Math.round(progress.attention() ? amount / STEP : amount);
    }

    private ProgressBar operations(Progress progress) {
        boolean many = progress.total() > 100 * TERA;
        double unit = many ? TERA : GIGA;
        return line(progress)
                .setUnit(many ? " TFLOP" : " GFLOP", (long) (unit / STEP))
                .showSpeed(new DecimalFormat(many ? "0.000" : "0.0", DecimalFormatSymbols.getInstance(Locale.ROOT)))
                .startsFrom(steps(progress, progress.done()), Duration.ZERO)
                .build();
    }

    private ProgressBar tasks(Progress progress) {
        return line(progress).setUnit(" tasks", 1).build();
    }

    /** Of attention that, and what it is part of, such as a layer; not the heads that are at it. */
    static String name(Progress progress) {
        int attention = progress.attention() ? progress.label().indexOf(ATTENTION) : -1;
        return attention >= 0
                ? progress.label().substring(0, attention) + ATTENTION
                : progress.attention() ? ATTENTION : progress.label();
    }

    private ProgressBarBuilder line(Progress progress) {
        return new ProgressBarBuilder()
                .setTaskName(name(progress))
                .setInitialMax(steps(progress, progress.total()))
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(REDRAW_MILLIS)
                .setConsumer(new Terminal());
    }

    private void erase() {
        bar.ifPresent(ProgressBar::close);
        bar = Optional.empty();
        shown = Optional.empty();
    }

    /** Draws over the line, and leaves it empty. */
    private final class Terminal implements ProgressBarConsumer {

        @Override
        public int getMaxRenderedLength() {
            return COLUMNS;
        }

        @Override
        public void accept(String line) {
            err.print("\r" + line);
            err.flush();
        }

        @Override
        public void close() {
            err.print("\r" + " ".repeat(COLUMNS) + "\r");
            err.flush();
        }
    }

    private synchronized void end() {
        closed = true;
        erase();
    }

    @Override
    public void close() {
        if (!ShutdownHookManager.get().isShutdownInProgress()) {
            ShutdownHookManager.get().removeShutdownHook(hook);
        }
        context.removeSparkListener(listener);
        end();
    }
}
