package foco.bench.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;

/** Starts {@link OneRun}s, and ends those that take more memory or time than they may. */
final class RunProcess {

    private static final long MOST_BYTES = 8L << 30;
    private static final long POLL_MILLIS = 200;
    private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB$");
    private static final Pattern OUT_OF_MEMORY =
            Pattern.compile("OutOfMemoryError|[Nn]ot enough memory|Failed to allocate memory|bad_alloc");

    private final Duration patience;

    RunProcess(Duration patience) {
        this.patience = patience;
    }

    Outcome run(Contender contender, Size size) throws IOException {
        Path folder = Files.createTempDirectory("foco-bench-spark");
        try {
            return run(contender, size, folder);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a run was awaited", e);
        } finally {
            remove(folder);
        }
    }

    private Outcome run(Contender contender, Size size, Path folder) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(JavaModuleOptions.defaultModuleOptionArray()));
        command.addAll(contender.memoryOptions());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), OneRun.class.getName()));
        command.addAll(List.of(
                contender.name(), Integer.toString(size.tokens()), Boolean.toString(size.probe()), folder.toString()));
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        OtherWork other = new OtherWork();
        Optional<String> stopped = watch(process, other);
        Outcome outcome = stopped.map(Outcome::failed).orElse(outcome(process.exitValue(), Files.readString(log)));
        return other.disturbed() ? outcome.disturbed() : outcome;
    }

    /** Waits for the end; returns why the process was ended before it, if it was. */
    private Optional<String> watch(Process process, OtherWork other) throws InterruptedException {
        long left = patience.toMillis() / POLL_MILLIS; // a machine that sleeps takes no time
        while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
            other.watch(process);
            String why = resident(process) > MOST_BYTES
                    ? "more than 8 GiB"
                    : left-- <= 0 ? "more than %d minutes".formatted(patience.toMinutes()) : "";
            if (!why.isEmpty()) {
                process.destroyForcibly().waitFor();
                return Optional.of(why);
            }
        }
        return Optional.empty();
    }

    private static long resident(Process process) {
        try {
            Matcher found = RESIDENT.matcher(Files.readString(Path.of("/proc/%d/status".formatted(process.pid()))));
            return found.find() ? Long.parseLong(found.group(1)) << 10 : 0;
        } catch (IOException e) { // it has just ended
            return 0;
        }
    }

    private static Outcome outcome(int exitCode, String log) {
        Optional<String> result = log.lines()
                .filter(line -> line.startsWith(OneRun.RESULT))
                .map(line -> line.substring(OneRun.RESULT.length()))
                .findFirst();
        if (result.isPresent()) {
            String[] numbers = result.get().split(" ");
            return new Outcome(
                    Double.parseDouble(numbers[0]),
                    Long.parseLong(numbers[1]),
                    Double.parseDouble(numbers[2]),
                    "",
                    false);
        }
        if (OUT_OF_MEMORY.matcher(log).find()) {
            return Outcome.failed("out of memory");
        }
        Optional<String> failure = log.lines()
                .filter(line -> line.contains("Exception"))
                .reduce((first, last) -> last.startsWith("Caused by") ? last : first);
        return Outcome.failed(failure.orElse("ended with " + exitCode).strip());
    }

    static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
