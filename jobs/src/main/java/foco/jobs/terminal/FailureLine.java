package foco.jobs.terminal;

import foco.driver.block.InvalidInputException;
import foco.driver.checkpoint.CheckpointException;
import foco.jobs.cluster.Deployment;
import foco.jobs.cluster.ExecutorWatch;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;

/**
 * One line about a failure for whoever typed the command. What went wrong in a task reaches the driver wrapped in Spark's
 * exceptions, as their cause or only as text within their message; both are looked through.
 */
public final class FailureLine {
    private static final int DEEPEST = 32;
    private static final Pattern REFUSAL_IN_TEXT = Pattern.compile("(?:%s|%s): ([^\\n]+)"
            .formatted(
                    Pattern.quote(InvalidInputException.class.getName()),
                    Pattern.quote(CheckpointException.class.getName())));
    /** As those say who write a file that a user has named. */
    private static final Pattern CANNOT_WRITE_IN_TEXT = Pattern.compile("([^:\\n]+ cannot be written: [^\\n]+)");
    /** In the words of Spark, whose readers of files fail in many ways on what is damaged; that a file is not there is no damage. */
    private static final Pattern UNREADABLE_IN_TEXT = Pattern.compile(
            "\\[FAILED_READ_FILE(?!\\.FILE_NOT_EXIST)[^]]*] Encountered error while reading file (\\S+)\\.(?:\\s|$)");
    /** In the words of Linux, macOS and Windows, and of a user's quota. */
    private static final Pattern NO_SPACE =
            Pattern.compile("No space left on device|not enough space on the disk|[Qq]uota exceeded|File too large");
    /**
     * In the words of Spark's standalone mode, of YARN and of Kubernetes; 52 is Spark's own code, 137 a kill. An executor
     * that has run out of memory turns away the tasks that it is still given.
     */
    private static final Pattern OUT_OF_MEMORY_IN_TEXT = Pattern.compile("java\\.lang\\.OutOfMemoryError"
            + "|ExecutorLostFailure.*(exited with (exit )?code|[Ee]xit status:) ?(52|137)"
            + "|ExecutorLostFailure.*exceeding memory limits"
            + "|RejectedExecutionException: .*ThreadPoolExecutor.*\\[Shutting down");
    /** Spark's words where tasks find, time after time, that what they need of other executors has gone with these. */
    private static final String LOST_TOO_OFTEN = "has failed the maximum allowable number of times";

    /** Spark's words of one that has ended under its application: of a cluster's master that is gone, above all. */
    private static final Pattern STOPPED =
            Pattern.compile("stopped SparkContext|SparkContext (was|has been) (shut ?down|stopped)");

    /** As {@link ExecutorWatch} says when it ends the work. */
    private static final Pattern ENDED_AT_ONCE =
            Pattern.compile("\\d+ executors have " + ExecutorWatch.ENDED_AT_ONCE + ".*\\(--executor-memory\\)");

    private FailureLine() {}

    public static String of(Throwable failure) {
        List<Throwable> causes = causes(failure);
        Optional<String> refusal = refusal(causes);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        Optional<String> unwritten = unwritten(causes);
        if (unwritten.isPresent()) {
            return unwritten.get();
        }
        Optional<String> unreadable = unreadable(causes);
        if (unreadable.isPresent()) {
            return unreadable.get();
        }
        Optional<String> endedAtOnce = endedAtOnce(causes);
        if (endedAtOnce.isPresent()) {
            return endedAtOnce.get();
        }
        if (causes.stream().anyMatch(FailureLine::tellsOfMemory)) {
            return outOfMemory(causes);
        }
        if (causes.stream().anyMatch(cause -> String.valueOf(cause.getMessage()).contains(LOST_TOO_OFTEN))) {
            return "executors were lost time after time with what they held for others, most likely for lack of memory (%s)"
                    .formatted(moreMemory(new SparkConf()));
        }
        if (causes.stream().anyMatch(cause -> STOPPED.matcher(String.valueOf(cause.getMessage()))
                .find())) {
            return "Spark ended the application; the cluster's master has gone, or somebody has stopped it there (--verbose shows what Spark says)";
        }
        Throwable root = causes.get(causes.size() - 1);
        if (root instanceof NoSuchFileException || root instanceof FileNotFoundException) {
            return "no such file: " + firstLine(root.getMessage());
        }
        if (root instanceof AccessDeniedException) {
            return "permission denied: " + firstLine(root.getMessage());
        }
        return expected(failure) ? message(failure) : message(root) + " (--verbose shows where)";
    }

    /** Failures whose own message was written for whoever typed the command. */
    private static boolean expected(Throwable failure) {
        boolean kind = failure instanceof IllegalArgumentException
                || failure instanceof IOException
                || failure instanceof UncheckedIOException;
        return kind && failure.getMessage() != null;
    }

    private static Optional<String> refusal(List<Throwable> causes) {
        for (Throwable cause : causes) {
            if (cause instanceof InvalidInputException || cause instanceof CheckpointException) {
                return Optional.of(message(cause));
            }
            Matcher inText = REFUSAL_IN_TEXT.matcher(String.valueOf(cause.getMessage()));
            if (inText.find()) {
                return Optional.of(inText.group(1).strip());
            }
        }
        return Optional.empty();
    }

    /** A disk that is full, or a file that cannot be written for another reason. */
    private static Optional<String> unwritten(List<Throwable> causes) {
        boolean full = causes.stream().anyMatch(cause -> NO_SPACE.matcher(String.valueOf(cause.getMessage()))
                .find());
        for (Throwable cause : causes) {
            Matcher inText = CANNOT_WRITE_IN_TEXT.matcher(String.valueOf(cause.getMessage()));
            if (inText.find()) {
                return Optional.of(inText.group(1).strip() + (full ? "; free some space or choose another disk" : ""));
            }
        }
        return full
                ? Optional.of(
                        "a disk is full, of an output or of Spark's temporary files (spark.local.dir is %s); free some space or choose another disk"
                                .formatted(
                                        new SparkConf().get("spark.local.dir", System.getProperty("java.io.tmpdir"))))
                : Optional.empty();
    }

    /** A file of a table that Spark cannot read. */
    private static Optional<String> unreadable(List<Throwable> causes) {
        for (Throwable cause : causes) {
            Matcher inText = UNREADABLE_IN_TEXT.matcher(String.valueOf(cause.getMessage()));
            if (inText.find()) {
                return Optional.of("%s cannot be read, and is most likely damaged or cut short (%s); write it again"
                        .formatted(inText.group(1), message(causes.get(causes.size() - 1))));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> endedAtOnce(List<Throwable> causes) {
        return causes.stream()
                .map(cause -> ENDED_AT_ONCE.matcher(String.valueOf(cause.getMessage())))
                .filter(Matcher::find)
                .map(Matcher::group)
                .findFirst();
    }

    private static boolean tellsOfMemory(Throwable cause) {
        return cause instanceof OutOfMemoryError
                || OUT_OF_MEMORY_IN_TEXT
                        .matcher(String.valueOf(cause.getMessage()))
                        .find();
    }

    private static String outOfMemory(List<Throwable> causes) {
        SparkConf conf = new SparkConf();
        if (Deployment.isOneProcess(conf) || causes.get(0) instanceof OutOfMemoryError) {
            return "the driver ran out of memory (it may use %d MiB); give it more with --driver-memory"
                    .formatted(Runtime.getRuntime().maxMemory() >> 20);
        }
        return "an executor ran out of memory (%s)".formatted(moreMemory(conf));
    }

    private static String moreMemory(SparkConf conf) {
        return "spark.executor.memory is %s; more with --executor-memory, less to do at a time with --executor-cores 1"
                .formatted(conf.get("spark.executor.memory", "1g"));
    }

    private static List<Throwable> causes(Throwable failure) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable cause = failure; cause != null && causes.size() < DEEPEST; cause = cause.getCause()) {
            causes.add(cause);
        }
        return causes;
    }

    private static String message(Throwable failure) {
        return failure.getMessage() == null || failure.getMessage().isBlank()
                ? failure.getClass().getSimpleName()
                : firstLine(failure.getMessage());
    }

    static String firstLine(String message) {
        return message.strip().lines().findFirst().orElse("").strip();
    }
}
