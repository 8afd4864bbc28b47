package foco.jobs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import foco.testing.SparkTest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code foco attend --checkpoint}, on disks that have room and on one that has not. */
@SparkTest
class AttendCheckpointTest {

    @TempDir
    private Path folder;

    private SparkContext context;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void writeFiles(SparkSession spark) throws IOException {
        context = spark.sparkContext();
        Random random = new Random(60);
        for (String name : List.of("Q.npy", "K.npy", "V.npy")) {
            NpyArray.random(random, 1600, 32).float32(folder.resolve(name));
        }
    }

    private int attend(String output, String... more) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        List<String> arguments = new ArrayList<>(List.of("attend", "--heads", "4", "--causal", "--json"));
        arguments.addAll(List.of("--query", path("Q.npy"), "--key", path("K.npy"), "--value", path("V.npy")));
        arguments.addAll(List.of("--output", path(output)));
        arguments.addAll(List.of(more));
        return Foco.run(new PrintWriter(out), new PrintWriter(err), arguments.toArray(String[]::new));
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    /** A command whose output folder vanishes while it computes: what it finished, it leaves in the checkpoint. */
    private void attendLosingOutput() throws IOException {
        Path lost = Files.createDirectory(folder.resolve("lost"));
        SparkListener removal = new SparkListener() {
            @Override
            public void onJobStart(SparkListenerJobStart job) {
                lost.toFile().delete();
            }
        };
        context.addSparkListener(removal);
        try {
            assertRefused(attend("lost/O.npy", "--checkpoint", path("c")), "lost");
        } finally {
            context.removeSparkListener(removal);
        }
    }

    private JsonNode report() throws IOException {
        return new ObjectMapper().readTree(out.toString());
    }

    private void assertRefused(int code, String... parts) {
        assertEquals(1, code);
        assertEquals("", out.toString());
        assertEquals(1, err.toString().lines().count(), err.toString());
        for (String part : parts) {
            assertTrue(err.toString().contains(part), err.toString());
        }
    }

    @Test
    void theFolderIsRemovedOnceTheOutputIsThere() throws IOException {
        assertEquals(0, attend("O.npy"), err::toString);
        assertEquals(0, attend("again.npy", "--checkpoint", path("c")), err::toString);
        assertEquals(12, report().get("items").asInt());
        assertEquals(0, report().get("items_found").asInt());
        assertFalse(Files.exists(folder.resolve("c")));
        assertArrayEquals(Files.readAllBytes(folder.resolve("O.npy")), Files.readAllBytes(folder.resolve("again.npy")));
    }

    @Test
    void whatIsFinishedOutlivesAnOutputThatCannotBeWritten() throws IOException {
        assertEquals(0, attend("O.npy"), err::toString);
        attendLosingOutput();
        assertEquals(0, attend("x.npy", "--checkpoint", path("c")), err::toString);
        assertEquals(12, report().get("items_found").asInt(), out.toString());
        assertEquals(0, report().get("tasks").asInt(), out.toString());
        assertArrayEquals(Files.readAllBytes(folder.resolve("O.npy")), Files.readAllBytes(folder.resolve("x.npy")));
    }

    @Test
    void aFullDiskIsNamedAndHoldsNothingHalfWritten() throws IOException {
        Configuration hadoop = context.hadoopConfiguration();
        hadoop.set("fs.file.impl", FullDisk.class.getName());
        hadoop.set("fs.file.impl.disable.cache", "true");
        try {
            assertRefused(
                    attend("O.npy", "--checkpoint", path("c")),
                    path("c"),
                    "cannot be written: No space left on device; free some space");
        } finally {
            hadoop.unset("fs.file.impl");
            hadoop.unset("fs.file.impl.disable.cache");
        }
        assertFalse(Files.exists(folder.resolve("O.npy")));
        // One task has failed the job; another may yet be taking away what it could not finish.
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!items().isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        assertEquals(List.of(), items());
    }

    /** Keys and values go to their places by way of Spark's temporary files. */
    @Test
    @SparkTest(
            ownSession = true,
            conf = {"spark.io.compression.codec=foco.jobs.FullLocalDisk", "spark.broadcast.compress=false"})
    void aFullDiskOfSparksTemporaryFilesIsOneLineThatNamesIt() {
        assertRefused(
                attend("O.npy", "--strategy", "stream"),
                "a disk is full, of an output or of Spark's temporary files (spark.local.dir is ",
                "); free some space or choose another disk");
        assertFalse(Files.exists(folder.resolve("O.npy")));
    }

    private List<Path> items() throws IOException {
        if (!Files.exists(folder.resolve("c/items"))) { // as it is empty, and nobody uses the checkpoint
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder.resolve("c/items"))) {
            return files.toList();
        }
    }

    @Test
    void aByteThatHasChangedIsOneLineThatNamesTheFile() throws IOException {
        attendLosingOutput();
        Path file;
        try (Stream<Path> files = Files.list(folder.resolve("c/items"))) {
            file = files.sorted().findFirst().orElseThrow();
        }
        byte[] content = Files.readAllBytes(file);
        content[content.length / 2] ^= 1;
        Files.write(file, content);
        assertRefused(attend("x.npy", "--checkpoint", path("c")), file.toString(), "is damaged", "delete that file");
        Files.write(file, Arrays.copyOf(content, 40));
        assertRefused(attend("x.npy", "--checkpoint", path("c")), file.toString(), "is damaged", "delete that file");
        assertRefused(attend("x.npy", "--checkpoint", path("c"), "--scale", "2"), "is of other attention", path("c"));
        assertFalse(Files.exists(folder.resolve("x.npy")));
    }

    @Test
    void placesThatCannotHoldACheckpointAreRefusedAtOnce() throws IOException {
        Files.writeString(folder.resolve("file"), "text");
        assertRefused(attend("O.npy", "--checkpoint", path("file/c")), "is a file");
        assertRefused(attend("O.npy", "--checkpoint", path("file")), "no checkpoint");
        assertRefused(attend("O.npy", "--checkpoint", path("O.npy")), "--checkpoint", "O.npy shall lie");
    }
}
