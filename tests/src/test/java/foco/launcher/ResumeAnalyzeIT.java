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
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} of a whole {@code foco analyze} half-way, and the same command again. */
@Tag("slow")
class ResumeAnalyzeIT {

    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final long POLL_NANOS = 5_000_000;

    @TempDir
    private Path folder;

    @BeforeAll
    static void makeReady() {
        FocoCommand.makeReady();
    }

    private static String[] analyze(String output) {
        return new String[] {
            "analyze",
            "book.txt",
            "--model",
            "minilm",
            "--output",
            output,
            "--csv",
            "--layers",
            "1-3",
            "--only",
            "entropy,received,top-keys",
            "--master",
            "local[2]"
        };
    }

    /** The files of a layer's tables, and when each was written. */
    private Map<String, Long> files(int layer) throws IOException {
        Map<String, Long> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder.resolve("ended"))) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                if (file.toString().contains("/layer=" + layer + "/")
                        && !file.toString().contains("_unfinished")) {
                    files.put(file.toString(), Files.getLastModifiedTime(file).toMillis());
                }
            }
        }
        return files;
    }

    private void killAfterLayer(int layer) throws IOException {
        Process process = FocoCommand.inCheckout().from(folder).start(analyze("ended"));
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (!Files.exists(folder.resolve("ended/_unfinished/layer-%d.done".formatted(layer)))) {
                assertTrue(process.isAlive() && System.nanoTime() < deadline, "it ended or hung before it was killed");
                LockSupport.parkNanos(POLL_NANOS);
            }
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().onExit().join();
        }
    }

    @Test
    void layersThatWereDoneAreNotDoneAgainAndTheTablesAreTheSame() throws IOException {
        Files.writeString(folder.resolve("book.txt"), "The bank was dirty. I went to the bank.\n\n".repeat(40));
        killAfterLayer(2);
        assertFalse(Files.exists(folder.resolve("ended/analysis.json")));
        Map<String, Long> before = files(2);
        assertTrue(before.size() >= 4, before.toString());
        FocoCommand foco = FocoCommand.inCheckout().from(folder);
        Outcome resumed = foco.run(analyze("ended"));
        assertEquals(0, resumed.exitCode(), resumed::toString);
        assertEquals(before, files(2), "layer 2 stays as it was written first");
        assertTrue(Files.exists(folder.resolve("ended/analysis.json")));
        assertFalse(Files.exists(folder.resolve("ended/_unfinished")));

        Outcome undisturbed = foco.run(analyze("whole"));
        assertEquals(0, undisturbed.exitCode(), undisturbed::toString);
        try (Stream<Path> tables = Files.list(folder.resolve("whole/csv"))) {
            for (Path table : tables.toList()) {
                assertEquals(
                        -1,
                        Files.mismatch(table, folder.resolve("ended/csv").resolve(table.getFileName())),
                        table.toString());
            }
        }
    }
}
