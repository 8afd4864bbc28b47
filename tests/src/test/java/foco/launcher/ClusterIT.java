package foco.launcher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.jobs.NpyArray;
import foco.testing.FocoCommand;
import foco.testing.FocoCommand.Outcome;
import foco.testing.StandaloneCluster;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./foco attend} on a standalone cluster whose executors are too small for the keys and values. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClusterIT {

    /** 68 MiB of keys and values, twice, are more than the 127 MiB for blocks of an executor of 512 MiB. */
    private static final int TOKENS = 17_408;

    private static final int WIDTH = 512;

    private Path folder;

    private StandaloneCluster cluster;

    @BeforeAll
    void start(@TempDir Path shared) throws IOException {
        folder = shared;
        Random random = new Random(80);
        for (String name : List.of("q.npy", "k.npy", "v.npy")) {
            NpyArray.random(random, TOKENS, WIDTH).float32(folder.resolve(name));
        }
        FocoCommand.makeReady();
        cluster = StandaloneCluster.start(2, 1, 1024);
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    private Outcome attend(String output, String... more) {
        return foco().run(arguments(output, more));
    }

    private Process start(String output, String... more) {
        return foco().start(arguments(output, more));
    }

    private FocoCommand foco() {
        return FocoCommand.inCheckout().from(folder).with("SPARK_LOCAL_IP", "127.0.0.1");
    }

    private static String[] arguments(String output, String... more) {
        List<String> arguments = new ArrayList<>(List.of("attend", "--query", "q.npy", "--key", "k.npy"));
        arguments.addAll(List.of("--value", "v.npy", "--window", "31,0", "--output", output));
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    @Test
    void keysThatFitInNoExecutorAreStreamedToTheSameBits() throws IOException {
        Outcome streamed = attend("spread.npy", "--master", cluster.master(), "--executor-memory=512m");
        assertEquals(0, streamed.exitCode(), streamed::toString);
        assertEquals("", streamed.errors());
        assertTrue(streamed.output().contains(" stream, "), streamed.output());
        Outcome local = attend("local.npy", "--master", "local[2]", "--verbose");
        assertEquals(0, local.exitCode(), local::toString);
        assertTrue(local.errors().contains("INFO  SparkContext: Running Spark version"), "--verbose shows Spark's log");
        assertTrue(local.output().contains(" broadcast, "), local.output());
        assertArrayEquals(
                Files.readAllBytes(folder.resolve("local.npy")), Files.readAllBytes(folder.resolve("spread.npy")));
    }

    @Test
    void tasksThatCouldNeverStartAreOneLine() {
        Outcome outcome = attend("none.npy", "--master", cluster.master(), "--conf=spark.task.cpus=2");
        assertEquals(1, outcome.exitCode(), outcome::toString);
        assertTrue(outcome.errors().matches("foco: No executor has the 2 cores [^\n]+\n"), outcome.errors());
    }

    @Test
    @Tag("slow")
    void whoWaitsForExecutorsHearsWhatTheyWouldTake() throws Exception {
        Process waiting = start("none.npy", "--master", cluster.master(), "--executor-memory=2g");
        CompletableFuture.delayedExecutor(90, TimeUnit.SECONDS).execute(waiting.toHandle()::destroyForcibly);
        try (BufferedReader errors = waiting.errorReader()) {
            String line = String.valueOf(errors.readLine());
            assertTrue(line.contains("No executor has come in 15 s"), line);
            assertTrue(line.contains("2g of memory (spark.executor.memory) and 1 core"), line);
            waiting.toHandle().destroy(); // unlike Process.destroy, it leaves the streams open
            while (errors.readLine() != null) {}
            assertTrue(waiting.waitFor(60, TimeUnit.SECONDS));
        }
    }

    @Test
    void aDriverOnTheClusterThatFailsIsFollowedToItsEnd() {
        String nowhere = folder.resolve("nowhere.npy").toString();
        Outcome outcome = foco().run(
                        "attend",
                        "--deploy-mode=cluster",
                        "--driver-memory=512m",
                        "--master=" + cluster.master(),
                        "--query=" + nowhere,
                        "--key=" + nowhere,
                        "--value=" + nowhere,
                        "--output=" + folder.resolve("none.npy"));
        assertEquals(1, outcome.exitCode(), outcome::toString);
        assertEquals("", outcome.output());
        List<String> told = outcome.errors().lines().toList();
        assertTrue(told.get(0).startsWith("foco: --query %s lies on a disk".formatted(nowhere)), outcome.errors());
        assertTrue(told.get(1).matches("foco: submitted as driver-\\S+; waiting .*"), outcome.errors());
        assertTrue(told.get(told.size() - 1).matches("foco: driver-\\S+ failed, .*stderr.*"), outcome.errors());
    }

    @Test
    void aMasterThatIsDownIsOneLine() {
        Outcome outcome = attend("none.npy", "--master", "spark://127.0.0.1:1");
        assertEquals(1, outcome.exitCode(), outcome::toString);
        assertTrue(outcome.errors().matches("foco: No Spark master answers at [^\n]+\n"), outcome.errors());
    }

    /** Java takes one collector. Spark would start others for ever. */
    @Test
    void executorsThatCannotStartAreOneLine() {
        Outcome outcome = attend(
                "none.npy",
                "--master",
                cluster.master(),
                "--conf=spark.executor.extraJavaOptions=-XX:+UseG1GC -XX:+UseSerialGC");
        assertEquals(1, outcome.exitCode(), outcome::toString);
        assertTrue(
                outcome.errors()
                        .matches("foco: 20 executors have ended at their start, .+spark.executor.extraJavaOptions.+\n"),
                outcome.errors());
    }

    /** Spark, and so the plan, believes that executors have five times the memory that they then get. */
    @Test
    void executorsThatRunOutOfMemoryAreOneLineAndNoOutput() {
        Outcome outcome = attend(
                "none.npy",
                "--master",
                cluster.master(),
                "--strategy=broadcast",
                "--executor-memory=1g",
                "--conf=spark.task.maxFailures=1",
                "--conf=spark.foco.block.rows=" + TOKENS,
                "--conf=spark.testing.reservedMemory=16000000",
                "--conf=spark.executor.extraJavaOptions=-XX:MaxHeapSize=215m");
        assertEquals(1, outcome.exitCode(), outcome::toString);
        // Spark says which executors it lost.
        String line = outcome.errors()
                .lines()
                .filter(said -> !said.contains(" Lost executor "))
                .collect(Collectors.joining("\n"));
        assertTrue(line.matches("foco: an executor ran out of memory .+--executor-memory.+"), outcome.errors());
        assertFalse(Files.exists(folder.resolve("none.npy")));
    }
}
