package foco.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;

/** A daemon of Spark's, a Java process whose log goes to a file. */
final class SparkProcess {

    private static final long GRACE_SECONDS = 10;
    private static final long POLL_MILLIS = 20;
    private static final int TOLD_CHARACTERS = 2000;

    private final String name;
    private final Process process;
    private final Path log;

    private SparkProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    static SparkProcess start(
            SparkHome home, Path log, Map<String, String> settings, String mainClass, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(JavaModuleOptions.defaultModuleOptionArray()));
        settings.forEach((key, value) -> command.add("-D%s=%s".formatted(key, value)));
        command.addAll(List.of("-Xmx256m", "-cp", home.classPath(), mainClass));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(log.getParent().toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(home.environment());
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        try {
            return new SparkProcess(mainClass, builder.start(), log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the pattern stands in the log. */
    MatchResult await(Pattern pattern, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            boolean ended = !process.isAlive();
            Matcher matcher = pattern.matcher(logged());
            if (matcher.find()) {
                return matcher.toMatchResult();
            }
            if (ended || System.nanoTime() > deadline) {
                throw new IllegalStateException(name + (ended ? " ended" : " kept silent") + " before it logged \""
                        + pattern + "\"; the end of its log:\n" + endOfLog());
            }
            pause();
        }
    }

    /** Asks the process to stop, which lets a worker stop its executors; insists after a while. */
    void stop() {
        process.destroy();
        try {
            if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the process and those that it started, giving none of them time to clean up. */
    void kill() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly().onExit().join();
        children.forEach(ProcessHandle::destroyForcibly);
    }

    /** The processes that this one started: of a worker, its executors. */
    Stream<ProcessHandle> children() {
        return process.children();
    }

    private String logged() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String endOfLog() {
        String text = logged();
        return text.substring(Math.max(0, text.length() - TOLD_CHARACTERS));
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a Spark process", e);
        }
    }
}
