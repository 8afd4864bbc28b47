package foco.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.metrics.AttentionJobs;
import foco.kernels.AttentionSpec;
import foco.kernels.mask.Mask;
import foco.testing.SparkTest;
import foco.testing.StandaloneCluster;
import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.Success$;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilled;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What goes wrong on a cluster while it computes: executors and whole workers that are killed with what they hold for others
 * (shuffled queries, finished outputs, cached keys and values), one that runs out of memory, one that is slow. Each time
 * the output has the bits of a run that nobody disturbed.
 */
@SparkTest(
        master = "standalone[2,1,1024]",
        ownSession = true,
        conf = {
            "spark.foco.partitions=12",
            "spark.shuffle.io.maxRetries=1",
            "spark.shuffle.io.retryWait=100ms",
            "spark.excludeOnFailure.taskAndStage.enabled=true",
            "spark.excludeOnFailure.task.maxTaskAttemptsPerExecutor=2",
            "spark.excludeOnFailure.task.maxTaskAttemptsPerNode=1000",
            "spark.excludeOnFailure.stage.maxFailedExecutorsPerNode=1000",
            "spark.speculation=true",
            "spark.speculation.quantile=0.5",
            "spark.speculation.multiplier=2",
            "spark.speculation.minTaskRuntime=1s",
        })
@Timeout(120)
class ClusterFailuresTest {

    private static final AttentionSpec SPEC = SameBitsEverywhereTest.SPEC;

    @TempDir
    private Path folder;

    private final Tokens tokens = new Tokens(SPEC).add("x", 1600, 1600, new Random(50));

    /** Watches the tasks that compute attention, and does something after some of them. */
    private static final class Watch extends SparkListener {

        private final Set<Integer> computing = new HashSet<>();
        private final Set<Integer> after;
        private final Runnable trouble;
        private int finished;
        private int made;
        private int killed;
        private int overtaking;
        private final List<String> removed = new ArrayList<>();

        /** @param after numbers of tasks after which to make the trouble */
        Watch(Runnable trouble, Integer... after) {
            this.trouble = trouble;
            this.after = Set.of(after);
        }

        @Override
        public void onStageSubmitted(SparkListenerStageSubmitted stage) {
            if (CollectionConverters.asJava(stage.stageInfo().rddInfos()).stream()
                    .anyMatch(rdd -> rdd.name().equals(AttentionJobs.OUTPUTS))) {
                computing.add(stage.stageInfo().stageId());
            }
        }

        @Override
        public synchronized void onTaskEnd(SparkListenerTaskEnd task) {
            killed += task.reason() instanceof TaskKilled ? 1 : 0;
            overtaking += task.taskInfo().speculative() && task.reason() == Success$.MODULE$ ? 1 : 0;
            if (computing.contains(task.stageId()) && task.reason() == Success$.MODULE$ && after.contains(++finished)) {
                trouble.run();
                made++;
            }
        }

        @Override
        public synchronized void onExecutorRemoved(SparkListenerExecutorRemoved executor) {
            removed.add(executor.reason());
        }

        synchronized int made() {
            return made;
        }

        /** Whether a second attempt of a task came to its end, and a task was killed. */
        synchronized boolean overtook() {
            return overtaking > 0 && killed > 0;
        }

        synchronized String removed() {
            return String.join("\n", removed);
        }
    }

    /** A mask that hides nothing, and makes trouble for the first task, of all, that comes to a certain query. */
    private record Trap(String marker, Trouble trouble) implements Mask {

        interface Trouble extends Serializable {
            void befall();
        }

        Trap(Path marker, Trouble trouble) {
            this(marker.toString(), trouble);
        }

        @Override
        public boolean allows(int head, long query, long key) {
            if (head == 1 && query == 700 && key == 0 && TaskContext.get() != null && isFirst()) {
                trouble.befall();
            }
            return true;
        }

        private boolean isFirst() {
            try {
                return new File(marker).createNewFile();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void exhaustMemory() {
        long[] more = new long[Integer.MAX_VALUE - 8]; // 16 GiB
        throw new IllegalStateException("an executor of 1 GiB had room for " + more.length);
    }

    private static void dawdle() {
        try {
            Thread.sleep(Duration.ofMinutes(10).toMillis());
        } catch (InterruptedException e) {
            throw new IllegalStateException("killed", e);
        }
    }

    private static int bits(Attention attention, Dataset<Row> table, Watch watch) {
        SparkSession spark = table.sparkSession();
        spark.sparkContext().addSparkListener(watch);
        try (AttentionResult result = attention.attend(table)) {
            return Tokens.bits(result);
        } finally {
            spark.sparkContext().removeSparkListener(watch);
        }
    }

    private static int undisturbed(Attention attention, Dataset<Row> table) {
        try (AttentionResult result = attention.attend(table)) {
            return Tokens.bits(result);
        }
    }

    @Test
    void executorsAreKilled(SparkSession spark, StandaloneCluster cluster) throws Exception {
        Dataset<Row> table = tokens.table(spark);
        int bits;
        try (AttentionResult undisturbed = Attention.of(SPEC).attend(table)) {
            bits = Tokens.bits(undisturbed);
            assertTrue(tokens.errors(undisturbed).output() < 1e-6);
        }
        Runnable kill = () -> assertTrue(cluster.killExecutor());
        Watch killer = new Watch(kill, 2, 6);
        assertEquals(bits, bits(Attention.of(SPEC), table, killer));
        assertEquals(2, killer.made());

        spark.conf().set("spark.foco.strategy", "stream");
        Attention kept = Attention.of(SPEC).withCheckpoint(folder.resolve("c").toString());
        killer = new Watch(kill, 2, 6);
        assertEquals(bits, bits(kept, table, killer));
        assertEquals(2, killer.made());
        assertNothingHalfWritten();
        try (AttentionResult again = kept.attend(table)) {
            assertEquals(again.summary().items(), again.summary().found());
            assertEquals(bits, Tokens.bits(again));
        }
    }

    private void assertNothingHalfWritten() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("c/items"))) {
            List<String> names =
                    files.map(file -> file.getFileName().toString()).toList();
            // What a killed process was writing has a hidden name, and counts for nothing.
            assertTrue(
                    names.stream().allMatch(name -> name.startsWith(".") || name.endsWith(".foco")), names.toString());
        }
    }

    @Test
    void aWorkerIsKilled(SparkSession spark, StandaloneCluster cluster) {
        Dataset<Row> table = tokens.table(spark);
        spark.conf().set("spark.foco.strategy", "stream");
        int bits = undisturbed(Attention.of(SPEC), table);
        Watch killer = new Watch(() -> cluster.kill(0), 3);
        assertEquals(bits, bits(Attention.of(SPEC), table, killer));
        assertEquals(1, killer.made());
        cluster.restart(0);
    }

    @Test
    @Tag("slow")
    void anExecutorRunsOutOfMemory(SparkSession spark) throws IOException {
        Path marker = Files.createFile(folder.resolve("marker"));
        Attention attention =
                Attention.of(SPEC.withMask(Mask.causal().and(new Trap(marker, ClusterFailuresTest::exhaustMemory))));
        Dataset<Row> table = tokens.table(spark);
        int bits = undisturbed(attention, table);
        Files.delete(marker);
        Watch watch = new Watch(() -> {});
        assertEquals(bits, bits(attention, table, watch));
        assertTrue(Files.exists(marker));
        assertTrue(watch.removed().contains("exited with code 52"), watch.removed());
    }

    @Test
    void aSlowTaskIsOvertakenAndKilled(SparkSession spark) throws IOException {
        Path marker = Files.createFile(folder.resolve("marker"));
        AttentionSpec spec = SPEC.withMask(Mask.causal().and(new Trap(marker, ClusterFailuresTest::dawdle)));
        Dataset<Row> table = tokens.table(spark);
        int bits = undisturbed(Attention.of(spec), table);
        Files.delete(marker);
        Watch watch = new Watch(() -> {});
        Attention kept = Attention.of(spec).withCheckpoint(folder.resolve("c").toString());
        assertEquals(bits, bits(kept, table, watch));
        assertTrue(watch.overtook());
        assertNothingHalfWritten();
    }
}
