package foco.jobs.terminal;

import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.util.Shell.ExitCodeException;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.config.Configurator;

/**
 * One line for whoever ends a running command, by Ctrl-C or another signal, in place of all that Spark and its tasks would
 * say as they are stopped under way.
 */
public final class EndedEarly implements AutoCloseable {
    static final String LINE = "foco: ended by Ctrl-C or another signal before it was done";

    /** Before Spark stops (50). */
    private static final int HOOK_PRIORITY = 100;

    private static final int INTERRUPTED = 130;
    private static final long MOMENT_MILLIS = 2000;

    private final PrintWriter err;
    private final boolean verbose;
    private final Runnable hook = this::tell;

    private EndedEarly(PrintWriter err, boolean verbose) {
        this.err = err;
        this.verbose = verbose;
    }

    /**
     * Watches from now on, until it is closed.
     *
     * @param verbose whether Spark's words are wanted
     */
    public static EndedEarly watch(PrintWriter err, boolean verbose) {
        EndedEarly watch = new EndedEarly(err, verbose);
        ShutdownHookManager.get().addShutdownHook(watch.hook, HOOK_PRIORITY);
        return watch;
    }

    private void tell() {
        if (!verbose) {
            silence();
        }
        err.println(LINE);
        err.flush();
        if (!verbose) {
            // Scala's pools print the failures of tasks that come too late without a log.
            System.setErr(new PrintStream(OutputStream.nullOutputStream()));
        }
    }

    /** No log and no stack trace from now on: what still runs is about to end, and its words are no news. */
    public static void silence() {
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {});
        Configurator.setAllLevels(LogManager.ROOT_LOGGER_NAME, Level.OFF);
    }

    /**
     * Whether a failure only comes of the process being ended. Ctrl-C ends the programs that Hadoop calls a moment before it
     * ends this one; that moment is waited for.
     */
    public static boolean isCauseOf(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ExitCodeException ended && ended.getExitCode() == INTERRUPTED) {
                awaitShutdown();
            }
        }
        return ShutdownHookManager.get().isShutdownInProgress();
    }

    private static void awaitShutdown() {
        try {
            for (long waited = 0;
                    waited < MOMENT_MILLIS && !ShutdownHookManager.get().isShutdownInProgress();
                    waited += 10) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        if (!ShutdownHookManager.get().isShutdownInProgress()) {
            ShutdownHookManager.get().removeShutdownHook(hook);
        }
    }
}
