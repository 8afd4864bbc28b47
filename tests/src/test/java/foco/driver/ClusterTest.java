package foco.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.plan.Cluster;
import foco.kernels.AttentionSpec;
import foco.testing.SparkTest;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What Foco takes a cluster to be. */
class ClusterTest {

    private static Cluster cluster(SparkSession spark) {
        return Cluster.of(JavaSparkContext.fromSparkContext(spark.sparkContext()));
    }

    @Nested
    @SparkTest(
            ownSession = true,
            master = "local[2]",
            conf = {"spark.default.parallelism=400", "spark.sql.shuffle.partitions=400"})
    class DefaultParallelism {

        /** It is a setting of the user's for his own shuffles, and says nothing of the cores. */
        @Test
        void isNoNumberOfCores(SparkSession spark) {
            assertEquals(2, cluster(spark).cores());
            AtomicInteger tasks = new AtomicInteger();
            SparkListener counting = new SparkListener() {
                @Override
                public void onStageSubmitted(SparkListenerStageSubmitted stage) {
                    tasks.addAndGet(stage.stageInfo().numTasks());
                }
            };
            AttentionSpec spec = AttentionSpec.of(2, 16);
            Tokens tokens = new Tokens(spec).add("a", 500, 500, new Random(1));
            spark.sparkContext().addSparkListener(counting);
            try (AttentionResult result =
                    Attention.of(spec).attend(tokens.table(spark).coalesce(2))) {
                assertTrue(tokens.errors(result).output() < 1e-6);
                result.weights("a", 3);
            } finally {
                spark.sparkContext().removeSparkListener(counting);
            }
            assertTrue(tasks.get() < 100, tasks + " tasks");
        }
    }

    @Nested
    @SparkTest(ownSession = true, master = "local[4]", conf = "spark.task.cpus=2")
    class CoresOfATask {

        @Test
        void makeFewerTasksAtATime(SparkSession spark) {
            assertEquals(2, cluster(spark).cores());
        }
    }

    @Nested
    @SparkTest(ownSession = true, master = "standalone[1,1,1024]", conf = "spark.task.cpus=2")
    class MoreCoresThanThereAre {

        @Test
        void areRefusedInsteadOfWaitedFor(SparkSession spark) {
            AttentionSpec spec = AttentionSpec.of(2, 16);
            Dataset<Row> table =
                    new Tokens(spec).add("a", 50, 50, new Random(1)).table(spark);
            String said = assertThrows(IllegalArgumentException.class, () -> Attention.of(spec)
                            .attend(table))
                    .getMessage();
            assertTrue(said.contains("spark.task.cpus"), said);
        }
    }
}
