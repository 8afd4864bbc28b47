package foco.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import foco.driver.metrics.AttentionMetrics;
import foco.driver.metrics.AttentionProgress;
import foco.driver.metrics.FocoPlugin;
import foco.driver.metrics.Progress;
import foco.kernels.AttentionSpec;
import foco.kernels.mask.Mask;
import foco.testing.SparkTest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import scala.jdk.javaapi.CollectionConverters;

/** What a computation tells of itself. */
@SparkTest(
        ownSession = true,
        conf = {"spark.plugins=foco.driver.metrics.FocoPlugin", "spark.foco.partitions=6"})
class MetricsTest {

    private static final int N = 1600;
    private static final int HEADS = 4;
    private static final AttentionSpec SPEC = AttentionSpec.of(HEADS, 16).withMask(Mask.causal());
    private static final double OPERATIONS = 2.0 * (16 + 16) * HEADS * N * (N + 1) / 2;

    private final Tokens tokens = new Tokens(SPEC).add("x", N, N, new Random(80));

    /** The sums of Foco's accumulators over all tasks, by name; of rates the last. */
    private static final class Counts extends SparkListener {

        private final Map<String, Double> sums = new HashMap<>();

        @Override
        public void onTaskEnd(SparkListenerTaskEnd task) {
            CollectionConverters.asJava(task.taskInfo().accumulables()).forEach(counted -> {
                String name = counted.name().isDefined() ? counted.name().get() : "";
                if (name.startsWith("attention:") && counted.update().isDefined()) {
                    sums.merge(name, ((Number) counted.update().get()).doubleValue(), Double::sum);
                }
            });
        }
    }

    /** A listener of the user's may be slow; the attention is done all the same, and what it moved is known. */
    @Test
    void aSlowListenerHoldsUpNothing(SparkSession spark) throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        SparkListener slow = new SparkListener() {
            @Override
            public void onTaskEnd(SparkListenerTaskEnd task) {
                try {
                    end.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        spark.sparkContext().addSparkListener(slow);
        try (AttentionResult result = Attention.of(SPEC).attend(tokens.table(spark))) {
            assertTrue(result.summary().traffic().orElseThrow().shuffled() > 0);
        } finally {
            end.countDown();
            spark.sparkContext().removeSparkListener(slow);
        }
    }

    private void attend(SparkSession spark, SparkListener listener) throws Exception {
        SparkContext context = spark.sparkContext();
        context.addSparkListener(listener);
        try {
            Attention.of(SPEC).attend(tokens.table(spark)).close();
            context.listenerBus().waitUntilEmpty(60_000);
        } finally {
            context.removeSparkListener(listener);
        }
    }

    @Test
    void tasksCountPairsTilesBytesAndTheirRate(SparkSession spark) throws Exception {
        Counts counts = new Counts();
        attend(spark, counts);
        assertEquals((double) HEADS * N * (N + 1) / 2, counts.sums.get(AttentionMetrics.PAIRS));
        double tiles = counts.sums.get(AttentionMetrics.TILES);
        double skipped = counts.sums.get(AttentionMetrics.TILES_SKIPPED);
        assertTrue(skipped > 0.3 * tiles && skipped < tiles, "causal: " + skipped + " of " + tiles + " skipped");
        assertTrue(counts.sums.get(AttentionMetrics.KEY_VALUE_BYTES) >= 4.0 * HEADS * N * (16 + 16));
        assertTrue(counts.sums.get(AttentionMetrics.GFLOPS) > 0);
    }

    @Test
    void sparksMetricsSystemHasThemToo(SparkSession spark) throws Exception {
        attend(spark, new Counts());
        MetricRegistry registry = CollectionConverters.asJava(
                        SparkEnv.get().metricsSystem().getSourcesByName("plugin." + FocoPlugin.class.getName()))
                .iterator()
                .next()
                .metricRegistry();
        for (String name : List.of(
                "pairs", "tiles.computed", "tiles.skipped", "keys.values.bytes", "kernel.seconds", "kernel.gflops")) {
            assertTrue(value(registry, name) > 0, name);
        }
        // A thread of its own measures this, as the process has time.
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (value(registry, "kernel.peak.share") == 0 && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        double share = value(registry, "kernel.peak.share");
        assertTrue(share > 0 && share < 1.5, "share " + share);
    }

    private static double value(MetricRegistry registry, String name) {
        Gauge<?> gauge = registry.getGauges().get(name);
        return ((Number) gauge.getValue()).doubleValue();
    }

    @Test
    void progressRunsFromNothingToAllOfTheOperations(SparkSession spark) throws Exception {
        List<Progress> heard = new ArrayList<>();
        attend(spark, new AttentionProgress(heard::add));
        List<Progress> attention = heard.stream().filter(Progress::attention).toList();
        assertEquals(0, attention.get(0).done());
        for (int i = 1; i < attention.size(); i++) {
            assertTrue(attention.get(i).done() >= attention.get(i - 1).done(), attention::toString);
        }
        Progress last = attention.get(attention.size() - 1);
        assertEquals(OPERATIONS, last.total(), 1e-9 * OPERATIONS);
        assertEquals(OPERATIONS, last.done(), 1e-9 * OPERATIONS);
        assertTrue(attention.stream().anyMatch(p -> p.done() > 0 && p.done() < p.total()), attention::toString);
        assertTrue(heard.stream().anyMatch(p -> p.label().equals("reading and checking query, key, value")));
    }
}
