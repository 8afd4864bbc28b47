package foco.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.metrics.AttentionJobs;
import foco.kernels.AttentionSpec;
import foco.kernels.mask.Mask;
import foco.testing.SparkTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.Success$;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Executors that are killed while they compute, with what they hold for others: shuffled queries, finished outputs, cached
 * keys and values.
 */
@SparkTest(
        master = "local-cluster[2,1,1024]",
        ownSession = true,
        conf = {
            "spark.foco.partitions=12",
            "spark.shuffle.io.maxRetries=1",
            "spark.shuffle.io.retryWait=100ms",
        })
class ExecutorLossTest {

    private static final AttentionSpec SPEC =
            AttentionSpec.of(4, 16).withKeyValueHeads(2).withValueWidth(24).withMask(Mask.causal());

    private final Tokens tokens = new Tokens(SPEC).add("x", 1600, 1600, new Random(50));

    /** Kills an executor, as {@code kill -9} does, after each of the given numbers of tasks that computed attention. */
    private static final class Killer extends SparkListener {

        private final Set<Integer> computing = new HashSet<>();
        private final List<Integer> after;
        private int ended;
        private int killed;

        Killer(Integer... after) {
            this.after = List.of(after);
        }

        @Override
        public void onStageSubmitted(SparkListenerStageSubmitted stage) {
            if (CollectionConverters.asJava(stage.stageInfo().rddInfos()).stream()
                    .anyMatch(rdd -> rdd.name().equals(AttentionJobs.OUTPUTS))) {
                computing.add(stage.stageInfo().stageId());
            }
        }

        @Override
        public void onTaskEnd(SparkListenerTaskEnd task) {
            if (computing.contains(task.stageId()) && task.reason() == Success$.MODULE$ && after.contains(++ended)) {
                Optional<ProcessHandle> executor = ProcessHandle.current()
                        .children()
                        .filter(ProcessHandle::isAlive)
                        .findAny();
                killed += executor.map(ProcessHandle::destroyForcibly).orElse(false) ? 1 : 0;
            }
        }
    }

    private AttentionResult attendKilling(SparkSession spark, Attention attention, Dataset<Row> table, Killer killer) {
        spark.sparkContext().addSparkListener(killer);
        try {
            return attention.attend(table);
        } finally {
            spark.sparkContext().removeSparkListener(killer);
        }
    }

    @Test
    void theBitsAreThoseOfARunThatNobodyDisturbed(SparkSession shared, @TempDir Path folder) throws Exception {
        SparkSession spark = shared.newSession();
        Dataset<Row> table = tokens.table(spark);
        int bits;
        try (AttentionResult undisturbed = Attention.of(SPEC).attend(table)) {
            bits = Tokens.bits(undisturbed);
            assertTrue(tokens.errors(undisturbed).output() < 1e-6);
        }
        Killer killer = new Killer(2, 6);
        try (AttentionResult result = attendKilling(spark, Attention.of(SPEC), table, killer)) {
            assertEquals(2, killer.killed);
            assertEquals(bits, Tokens.bits(result));
        }
        spark.conf().set("spark.foco.strategy", "stream");
        Attention kept = Attention.of(SPEC).withCheckpoint(folder.resolve("c").toString());
        Killer another = new Killer(2, 6);
        try (AttentionResult result = attendKilling(spark, kept, table, another)) {
            assertEquals(2, another.killed);
            assertEquals(bits, Tokens.bits(result));
            try (Stream<Path> files = Files.list(folder.resolve("c/items"))) {
                assertTrue(files.allMatch(file -> file.toString().endsWith(".foco")), "nothing is half written");
            }
        }
        try (AttentionResult again = kept.attend(table)) {
            assertEquals(again.summary().items(), again.summary().found());
            assertEquals(bits, Tokens.bits(again));
        }
    }
}
