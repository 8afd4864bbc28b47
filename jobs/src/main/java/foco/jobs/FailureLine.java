package foco.jobs;

import foco.driver.InvalidInputException;
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
final class FailureLine {
    private static final int DEEPEST = 32;
    private static final Pattern BAD_INPUT_IN_TEXT =
            Pattern.compile(Pattern.quote(InvalidInputException.class.getName()) + ": ([^\\n]+)");
    /** In the words of Spark's standalone mode, of YARN and of Kubernetes; 52 is Spark's own code, 137 a kill. */
    private static final Pattern OUT_OF_MEMORY_IN_TEXT = Pattern.compile("java\\.lang\\.OutOfMemoryError"
            + "|ExecutorLostFailure.*(exited with (exit )?code|[Ee]xit status:) ?(52|137)"
            + "|ExecutorLostFailure.*exceeding memory limits");

    private FailureLine() {}

    static String of(Throwable failure) {
        List<Throwable> causes = causes(failure);
        Optional<String> badInput = badInput(causes);
        if (badInput.isPresent()) {
            return badInput.get();
        }
        if (causes.stream().anyMatch(FailureLine::tellsOfMemory)) {
            return outOfMemory(causes);
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

    private static Optional<String> badInput(List<Throwable> causes) {
        for (Throwable cause : causes) {
            if (cause instanceof InvalidInputException) {
                return Optional.of(message(cause));
            }
            Matcher inText = BAD_INPUT_IN_TEXT.matcher(String.valueOf(cause.getMessage()));
            if (inText.find()) {
                return Optional.of(inText.group(1).strip());
            }
        }
        return Optional.empty();
    }

    private static boolean tellsOfMemory(Throwable cause) {
        return cause instanceof OutOfMemoryError
                || OUT_OF_MEMORY_IN_TEXT
                        .matcher(String.valueOf(cause.getMessage()))
                        .find();
    }

    private static String outOfMemory(List<Throwable> causes) {
        SparkConf conf = new SparkConf();
        if (FocoSession.inOneProcess(conf) || causes.get(0) instanceof OutOfMemoryError) {
            return "the driver ran out of memory (it may use %d MiB); give it more with --driver-memory"
                    .formatted(Runtime.getRuntime().maxMemory() >> 20);
        }
        return "an executor ran out of memory (spark.executor.memory is %s); give it more with --executor-memory, or less to do at a time with --executor-cores 1"
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
