package foco.driver.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointLockTest {

    private static final Duration BEAT = Duration.ofMillis(20);
    private static final Duration STALE = Duration.ofMillis(600);

    @TempDir
    private Path temporary;

    private Path folder() {
        return temporary.resolve("ck");
    }

    private List<Path> lockFiles() throws IOException {
        try (Stream<Path> files = Files.list(folder())) {
            return files.toList();
        }
    }

    private Path file(LockOwner owner) {
        return folder().resolve("lock-%s.txt".formatted(owner.token()));
    }

    private CheckpointLock acquire() throws IOException {
        return acquire(STALE);
    }

    private CheckpointLock acquire(Duration staleAfter) throws IOException {
        CheckpointFolder at = CheckpointFolder.of(new org.apache.hadoop.fs.Path(folder().toUri()), new Configuration());
        return CheckpointLock.acquire(at, "app-1", staleAfter, BEAT);
    }

    private void write(LockOwner owner, long beat) throws IOException {
        Files.createDirectories(folder());
        Files.writeString(file(owner), owner.text(beat));
    }

    private static final LockOwner ELSEWHERE =
            owner("elsewhere pid:[1]", ProcessHandle.current().pid(), Instant.EPOCH);

    private static LockOwner owner(String machine, long process, Instant started) {
        return new LockOwner(UUID.randomUUID().toString(), machine, process, started, "app-2", true);
    }

    @Test
    void theSecondIsToldWhoTheFirstIs() throws IOException {
        try (CheckpointLock first = acquire()) {
            CheckpointException refused = assertThrows(CheckpointException.class, this::acquire);
            assertEquals(
                    "The checkpoint %s is in use by a result of this program; close that result first, or name another folder."
                            .formatted(folder()),
                    refused.getMessage());
            first.requireHeld();
        }
        assertFalse(Files.exists(folder()), "an empty folder goes with its lock");
        acquire().close();

        Process other = new ProcessBuilder("sleep", "60").start();
        try {
            Instant started = other.info().startInstant().orElseThrow();
            write(owner(LockOwner.here("app-1").machine(), other.pid(), started), 1);
            CheckpointException refused = assertThrows(CheckpointException.class, this::acquire);
            assertTrue(
                    refused.getMessage()
                            .matches("The checkpoint \\S+ is in use by process %d on \\S+ \\(app-2\\); wait .*"
                                    .formatted(other.pid())),
                    refused.getMessage());
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void ofManyAtATimeOneSucceeds() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            for (int round = 0; round < 5; round++) {
                List<Callable<CheckpointLock>> all = new ArrayList<>();
                for (int i = 0; i < 16; i++) {
                    all.add(() -> acquire(CheckpointLock.STALE_AFTER));
                }
                List<CheckpointLock> held = new ArrayList<>();
                for (Future<CheckpointLock> one : threads.invokeAll(all)) {
                    try {
                        held.add(one.get());
                    } catch (ExecutionException e) {
                        assertTrue(e.getCause() instanceof CheckpointException, e::toString);
                    }
                }
                assertEquals(1, held.size());
                held.get(0).requireHeld();
                held.get(0).close();
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void theLockOfAProcessThatIsGoneFromThisMachineIsTakenOverAtOnce() throws Exception {
        Process ended = new ProcessBuilder("true").start();
        ended.waitFor();
        LockOwner here = LockOwner.here("app-3");
        write(owner(here.machine(), ended.pid(), Instant.now()), 5);
        long start = System.nanoTime();
        try (CheckpointLock lock = acquire()) {
            assertTrue(System.nanoTime() - start < STALE.toNanos());
            lock.requireHeld();
        }
        // Nor does a process live that has its number and began at another time.
        write(owner(here.machine(), here.process(), Instant.EPOCH.plusSeconds(1)), 5);
        acquire().close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLockThatStaysAsItIsIsTakenOverAfterAWhile(boolean whole) throws IOException {
        write(ELSEWHERE, 7);
        if (!whole) { // its owner died as it wrote
            Files.writeString(file(ELSEWHERE), "Foco check");
        }
        long start = System.nanoTime();
        try (CheckpointLock lock = acquire()) {
            assertTrue(System.nanoTime() - start >= STALE.toNanos());
            lock.requireHeld();
        }
    }

    @Test
    void anOwnerElsewhereThatGivesSignsOfLifeIsLeftAlone() throws IOException {
        write(ELSEWHERE, 0);
        ScheduledExecutorService heart = Executors.newSingleThreadScheduledExecutor();
        try {
            long[] beat = new long[1];
            heart.scheduleAtFixedRate(
                    () -> {
                        try {
                            write(ELSEWHERE, ++beat[0]);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    },
                    0,
                    BEAT.toMillis(),
                    TimeUnit.MILLISECONDS);
            CheckpointException refused = assertThrows(CheckpointException.class, this::acquire);
            assertTrue(refused.getMessage().contains("on elsewhere (app-2)"), refused.getMessage());
        } finally {
            heart.shutdown();
        }
    }

    /** Who asks for the folder elsewhere, and has the lesser token, goes first; who has the greater, gives way. */
    @Test
    void ofTwoWhoAskTheLesserTokenGoesFirst() throws IOException {
        LockOwner here = LockOwner.here("app-3");
        LockOwner first = new LockOwner(
                new UUID(0, 0).toString(), here.machine(), here.process(), here.started(), "app-3", false);
        write(first, 0);
        assertThrows(CheckpointException.class, this::acquire);
        assertEquals(List.of(file(first)), lockFiles());
        Files.delete(file(first));

        LockOwner last = new LockOwner(
                new UUID(-1, -1).toString(), here.machine(), here.process(), here.started(), "app-3", false);
        write(last, 0);
        CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS)
                .execute(() -> file(last).toFile().delete());
        acquire().close();
        // It had not seen who came after it, and holds the folder.
        write(last, 0);
        CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS).execute(() -> {
            try {
                write(last.holding(), 1);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThrows(CheckpointException.class, this::acquire);
        assertEquals(List.of(file(last)), lockFiles());
    }

    @Test
    void anOwnerGivesSignsOfLifeAndHearsThatItWasTakenForDead() throws Exception {
        try (CheckpointLock lock = acquire()) {
            Path file = lockFiles().get(0);
            String before = Files.readString(file);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (before.equals(Files.readString(file))) {
                assertTrue(System.nanoTime() < deadline, "no sign of life");
                Thread.sleep(1);
            }
            lock.requireHeld();
            CheckpointException lost = null;
            while (lost == null) {
                assertTrue(System.nanoTime() < deadline, "the loss was not noticed");
                Files.deleteIfExists(file); // a sign of life under way may bring it back
                try {
                    lock.requireHeld();
                } catch (CheckpointException e) {
                    lost = e;
                }
            }
            assertTrue(lost.getMessage().contains("was removed"), lost.getMessage());
            write(ELSEWHERE, 1);
        }
        assertEquals(List.of(file(ELSEWHERE)), lockFiles());
    }
}
