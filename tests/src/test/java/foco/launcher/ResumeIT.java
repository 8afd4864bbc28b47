package foco.launcher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import foco.jobs.NpyArray;
import foco.testing.FocoCommand;
import foco.testing.FocoCommand.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} of a whole {@code foco attend} in the midst of its work, and the same command again. */
class ResumeIT {

    private static final int TOKENS = 4096;
    private static final int HEADS = 8;
    private static final int WIDTH = 64;
    /** 6 blocks of queries in 8 heads, each a task and a file of its own. */
    private static final int ITEMS = 48;

    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final long POLL_NANOS = 5_000_000;

    @TempDir
    private Path folder;

    @BeforeAll
    static void makeReady() {
        FocoCommand.makeReady();
    }

    @BeforeEach
    void writeInput() throws IOException {
        Random random = new Random(70);
        for (String name : List.of("q.npy", "k.npy", "v.npy")) {
            NpyArray.random(random, TOKENS, HEADS * WIDTH).float32(folder.resolve(name));
        }
    }

    private static String[] attend(String output, String... more) {
        List<String> arguments = new ArrayList<>(List.of("attend", "--query", "q.npy", "--key", "k.npy"));
        arguments.addAll(List.of("--value", "v.npy", "--heads", String.valueOf(HEADS), "--json", "--output", output));
        arguments.addAll(List.of("--partitions", String.valueOf(ITEMS), "--master", "local[2]"));
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    private long committed() throws IOException {
        Path items = folder.resolve("c/items");
        if (!Files.isDirectory(items)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(items)) {
            return files.filter(file -> file.toString().endsWith(".foco")).count();
        }
    }

    private void killAtTwoFifths() throws IOException {
        FocoCommand foco = FocoCommand.inCheckout().from(folder);
        Process process = foco.start(attend("o.npy", "--checkpoint", "c"));
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (committed() < ITEMS * 2 / 5) {
                assertTrue(process.isAlive() && System.nanoTime() < deadline, "it ended or hung before it was killed");
                LockSupport.parkNanos(POLL_NANOS);
            }
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().onExit().join();
        }
    }

    @Test
    void theSecondRunComputesOnlyWhatTheFirstDidNotFinish() throws IOException {
        killAtTwoFifths();
        long found = committed();
        assertTrue(found >= ITEMS * 2 / 5 && found < ITEMS, found + " of " + ITEMS);
        assertFalse(Files.exists(folder.resolve("o.npy")));

        FocoCommand foco = FocoCommand.inCheckout().from(folder);
        Outcome resumed = foco.run(attend("o.npy", "--checkpoint", "c"));
        assertEquals(0, resumed.exitCode(), resumed::toString);
        JsonNode report = new ObjectMapper().readTree(resumed.output());
        assertEquals(ITEMS, report.get("items").asInt());
        assertEquals(found, report.get("items_found").asLong());
        assertFalse(Files.exists(folder.resolve("c")));

        Outcome undisturbed = foco.run(attend("whole.npy"));
        assertEquals(0, undisturbed.exitCode(), undisturbed::toString);
        assertArrayEquals(Files.readAllBytes(folder.resolve("whole.npy")), Files.readAllBytes(folder.resolve("o.npy")));
    }
}
