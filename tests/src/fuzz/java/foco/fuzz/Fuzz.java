package foco.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Draws cases until its time is over, and ends at the first that Foco gets wrong, with the command that draws it again.
 * System properties: {@code foco.fuzz.minutes}; {@code foco.fuzz.seed}, a number to begin with, or {@code SUBJECT:SEED} for
 * one case.
 */
public final class Fuzz {

    /** A case that takes longer hangs. */
    private static final long PATIENCE_SECONDS = 180;

    private static final long PROGRESS_SECONDS = 30;

    private final List<Subject> subjects;
    private final Map<Subject, Long> spent = new LinkedHashMap<>();
    private final Map<Subject, Integer> cases = new LinkedHashMap<>();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(work -> {
        Thread worker = new Thread(work, "fuzz");
        worker.setDaemon(true);
        return worker;
    });

    private Fuzz(List<Subject> subjects) {
        this.subjects = subjects;
        for (Subject subject : subjects) {
            spent.put(subject, 0L);
            cases.put(subject, 0);
        }
    }

    public static void main(String[] arguments) throws IOException {
        Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
        Path folder = Files.createTempDirectory("foco-fuzz");
        int code;
        try (OneSession session = new OneSession(folder)) {
            Fuzz fuzz = new Fuzz(List.of(
                    new KernelSubject(),
                    new SparkSubject(session),
                    new NpySubject(folder, true),
                    new NpySubject(folder, false),
                    new CommandSubject(session, folder, CommandSubject.Form.NPY),
                    new CommandSubject(session, folder, CommandSubject.Form.PARQUET)));
            code = fuzz.run(
                            System.getProperty("foco.fuzz.seed", ""),
                            Double.parseDouble(System.getProperty("foco.fuzz.minutes")))
                    ? 0
                    : 1;
        }
        delete(folder);
        System.exit(code);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private boolean run(String seed, double minutes) {
        if (seed.contains(":")) {
            String name = seed.substring(0, seed.indexOf(':'));
            Subject subject = subjects.stream()
                    .filter(one -> one.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("There is no subject " + name + ", but "
                            + subjects.stream().map(Subject::name).collect(Collectors.joining(", "))));
            return holds(subject, Long.parseLong(seed.substring(name.length() + 1)));
        }
        long start = seed.isBlank() ? new Random().nextLong() : Long.parseLong(seed.trim());
        System.out.printf("fuzz: %.0f minutes from seed %d%n", minutes, start);
        return search(new Random(start), (long) (minutes * TimeUnit.MINUTES.toNanos(1)));
    }

    private boolean search(Random seeds, long nanos) {
        long begin = System.nanoTime();
        long told = begin;
        while (System.nanoTime() - begin < nanos) {
            Subject next = subjects.stream()
                    .min(Comparator.comparingDouble(subject -> (double) spent.get(subject) / subject.share()))
                    .orElseThrow();
            long from = System.nanoTime();
            if (!holds(next, seeds.nextLong())) {
                return false;
            }
            spent.merge(next, System.nanoTime() - from, Long::sum);
            if (System.nanoTime() - told > TimeUnit.SECONDS.toNanos(PROGRESS_SECONDS)) {
                told = System.nanoTime();
                System.out.printf("fuzz: %.1f minutes, %s%n", (told - begin) / 60e9, counts());
            }
        }
        System.out.printf("fuzz: no mismatch in %s%n", counts());
        return true;
    }

    private String counts() {
        return cases.values().stream().mapToInt(Integer::intValue).sum() + " cases: "
                + cases.entrySet().stream()
                        .map(entry -> entry.getKey().name() + " " + entry.getValue())
                        .collect(Collectors.joining(", "));
    }

    /** Whether a case is as it should be; says so if it is not. */
    private boolean holds(Subject subject, long seed) {
        Callable<Boolean> work = () -> {
            subject.check(seed);
            return true;
        };
        Future<Boolean> done = thread.submit(work);
        cases.merge(subject, 1, Integer::sum);
        try {
            return done.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            tell(subject, seed, e.getCause());
        } catch (TimeoutException e) {
            tell(subject, seed, new Mismatch("took longer than %d s".formatted(PATIENCE_SECONDS)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private void tell(Subject subject, long seed, Throwable failure) {
        System.out.printf("fuzz: MISMATCH after %s%n", counts());
        failure.printStackTrace(System.out);
        System.out.printf("again with: mvn -Pfuzz -Dfoco.fuzz.seed=%s:%d%n", subject.name(), seed);
    }
}
