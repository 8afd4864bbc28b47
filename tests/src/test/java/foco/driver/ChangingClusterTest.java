package foco.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.kernels.AttentionSpec;
import foco.testing.SparkTest;
import foco.testing.StandaloneCluster;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorAdded;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.RDDInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Executors that come and go while attention is computed, as the cluster has them to spare. */
@Tag("slow")
@Timeout(180)
class ChangingClusterTest {

    private static final AttentionSpec SPEC = SameBitsEverywhereTest.SPEC;

    private static final String DYNAMIC = "spark.dynamicAllocation.enabled=true";
    private static final String IDLE = "spark.dynamicAllocation.executorIdleTimeout=2s";
    private static final String MOST = "spark.dynamicAllocation.maxExecutors=2";
    /** Executors come when tasks wait for them. */
    private static final String AT_ONCE = "spark.scheduler.minRegisteredResourcesRatio=0";

    private final Tokens tokens = new Tokens(SPEC).add("x", 1600, 1600, new Random(50));

    /** Counts executors. */
    private static final class Watch extends SparkListener {

        private int added;
        private final List<String> removed = new ArrayList<>();

        @Override
        public synchronized void onExecutorAdded(SparkListenerExecutorAdded executor) {
            added++;
        }

        @Override
        public synchronized void onExecutorRemoved(SparkListenerExecutorRemoved executor) {
            removed.add(executor.reason());
        }

        synchronized int added() {
            return added;
        }

        synchronized List<String> removed() {
            return List.copyOf(removed);
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "it did not come in a minute");
            Thread.sleep(100);
        }
    }

    private static int bits(Dataset<Row> table) {
        try (AttentionResult result = Attention.of(SPEC).attend(table)) {
            return Tokens.bits(result);
        }
    }

    /** The partitions of outputs that executors keep. */
    private static int keptOutputs(SparkSession spark) {
        return Arrays.stream(spark.sparkContext().getRDDStorageInfo())
                .filter(rdd -> rdd.name().equals("outputs"))
                .mapToInt(RDDInfo::numCachedPartitions)
                .sum();
    }

    /** Both strategies, with all executors gone in between. */
    private void computesWhileExecutorsComeAndGo(SparkSession spark) throws InterruptedException {
        Watch watch = new Watch();
        spark.sparkContext().addSparkListener(watch);
        Dataset<Row> table = tokens.table(spark);
        spark.conf().set("spark.foco.strategy", "broadcast");
        int bits;
        try (AttentionResult result = Attention.of(SPEC).attend(table)) {
            assertTrue(tokens.errors(result).output() < 1e-6);
            bits = Tokens.bits(result);
        }
        await(() -> watch.added() == watch.removed().size());
        spark.conf().set("spark.foco.strategy", "stream");
        assertEquals(bits, bits(table));
        assertTrue(watch.added() > 2, watch.added() + " executors");
    }

    @Test
    @SparkTest(
            master = "standalone[1,2,1024]",
            ownSession = true,
            conf = {
                DYNAMIC,
                IDLE,
                MOST,
                AT_ONCE,
                "spark.executor.cores=1",
                "spark.executor.memory=512m",
                "spark.shuffle.service.enabled=true",
                "spark.shuffle.service.port=27337",
            })
    void dynamicAllocationWithAShuffleService(SparkSession spark) throws InterruptedException {
        computesWhileExecutorsComeAndGo(spark);
    }

    @Test
    @SparkTest(
            master = "standalone[2,1,1024]",
            ownSession = true,
            conf = {
                DYNAMIC,
                IDLE,
                MOST,
                AT_ONCE,
                "spark.dynamicAllocation.shuffleTracking.enabled=true",
                "spark.dynamicAllocation.shuffleTracking.timeout=2s",
            })
    void dynamicAllocationWithShuffleTracking(SparkSession spark) throws InterruptedException {
        computesWhileExecutorsComeAndGo(spark);
    }

    @Test
    @SparkTest(
            master = "standalone[2,1,1024]",
            ownSession = true,
            conf = {
                "spark.decommission.enabled=true",
                "spark.storage.decommission.enabled=true",
                "spark.storage.decommission.rddBlocks.enabled=true",
                "spark.storage.decommission.shuffleBlocks.enabled=true",
                "spark.storage.decommission.replicationReattemptInterval=1s",
            })
    void anExecutorThatIsDecommissionedLeavesItsOutputsToOthers(SparkSession spark, StandaloneCluster cluster)
            throws IOException, InterruptedException {
        Watch watch = new Watch();
        spark.sparkContext().addSparkListener(watch);
        try (AttentionResult result = Attention.of(SPEC).attend(tokens.table(spark))) {
            int bits = Tokens.bits(result);
            assertTrue(tokens.errors(result).output() < 1e-6);
            int kept = keptOutputs(spark);
            assertTrue(kept > 1);
            assertTrue(cluster.decommissionExecutor());
            await(() -> !watch.removed().isEmpty());
            assertTrue(
                    watch.removed().get(0).contains("decommission"),
                    watch.removed().toString());
            assertEquals(kept, keptOutputs(spark), "outputs were moved, not lost");
            assertEquals(bits, Tokens.bits(result));
        }
    }
}
