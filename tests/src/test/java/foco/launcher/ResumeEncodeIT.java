package foco.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.testing.FocoCommand;
import foco.testing.FocoCommand.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} of a whole {@code foco encode}, between two layers and within one, and the same command again. */
@Tag("slow")
class ResumeEncodeIT {

    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final long POLL_NANOS = 2_000_000;

    @TempDir
    private Path folder;

    @BeforeAll
    static void makeReady() {
        FocoCommand.makeReady();
    }

    private static String[] encode(String output, String... checkpoint) {
        return Stream.concat(
                        Stream.of(
                                "encode",
                                "book.txt",
                                "--model",
                                "minilm",
                                "--output",
                                output,
                                "--master",
                                "local[2]",
                                "--conf",
                                "spark.foco.block.rows=512"),
                        Stream.of(checkpoint))
                .toArray(String[]::new);
    }

    /** Kills the command as soon as it has come so far. */
    private void killWhen(BooleanSupplier reached) throws IOException {
        Process process = FocoCommand.inCheckout().from(folder).start(encode("ended.npy", "--checkpoint", "ck"));
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (!reached.getAsBoolean()) {
                assertTrue(process.isAlive() && System.nanoTime() < deadline, "it ended or hung before it was killed");
                LockSupport.parkNanos(POLL_NANOS);
            }
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().onExit().join();
        }
        assertFalse(Files.exists(folder.resolve("ended.npy")));
    }

    private boolean isDone(int layer) {
        return Files.exists(folder.resolve("ck/states-%04d/done".formatted(layer)));
    }

    /** How many parts of a layer's attention are there; layers are counted from 0. */
    private long parts(int layer) {
        Path items = folder.resolve("ck/attention-%04d/items".formatted(layer));
        if (!Files.isDirectory(items)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(items)) {
            return files.filter(file -> file.toString().endsWith(".foco")).count();
        } catch (IOException e) {
            return 0; // being removed
        }
    }

    @Test
    void itGoesOnWhereItWasAndTheBitsAreTheSame() throws IOException {
        Files.writeString(folder.resolve("book.txt"), "The bank was dirty, so I went to the bank. ".repeat(700));
        killWhen(() -> isDone(2));
        assertTrue(isDone(2) && !isDone(5));
        killWhen(() -> parts(4) > 0);
        assertTrue(parts(4) > 0 && !isDone(5), "layer 5 is half done");
        FocoCommand foco = FocoCommand.inCheckout().from(folder);
        Outcome resumed = foco.run(encode("ended.npy", "--checkpoint", "ck"));
        assertEquals(0, resumed.exitCode(), resumed::toString);
        assertFalse(Files.exists(folder.resolve("ck")));

        Outcome undisturbed = foco.run(encode("whole.npy"));
        assertEquals(0, undisturbed.exitCode(), undisturbed::toString);
        assertEquals(-1, Files.mismatch(folder.resolve("whole.npy"), folder.resolve("ended.npy")));
    }
}
