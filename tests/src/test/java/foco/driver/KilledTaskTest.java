package foco.driver;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.kernels.AttentionSpec;
import foco.kernels.score.ScoreModifier;
import foco.testing.SparkTest;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkException;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A task that is killed ends before its item does, without an interrupt. */
@SparkTest(ownSession = true)
class KilledTaskTest {

    private static final int BLOCK = 128;
    private static final int BLOCKS = 40;

    private static final AtomicLong ASKED = new AtomicLong();
    private static final AtomicBoolean CANCELLED = new AtomicBoolean();

    /** At its first score has all jobs cancelled, and waits for its task to hear of it. */
    private static double cancel(double score) {
        ASKED.incrementAndGet();
        if (CANCELLED.compareAndSet(false, true)) {
            SparkContext.getOrCreate().cancelAllJobs();
            for (int i = 0; i < 1000 && !TaskContext.get().isInterrupted(); i++) {
                try {
                    Thread.sleep(10);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        }
        return score;
    }

    @ParameterizedTest
    @ValueSource(strings = {"broadcast", "stream", "split-keys"})
    void endsAtTheNextBlockOfKeys(String strategy, SparkSession spark) throws InterruptedException {
        spark.conf().set("spark.foco.strategy", strategy);
        spark.conf().set("spark.foco.block.rows", String.valueOf(BLOCK));
        spark.conf().set("spark.foco.partitions", "1");
        ScoreModifier modifier = (score, head, query, key) -> cancel(score);
        AttentionSpec spec = AttentionSpec.of(1, 16).withScores(modifier);
        Dataset<Row> table =
                new Tokens(spec).add("a", BLOCK, BLOCKS * BLOCK, new Random(1)).table(spark);
        ASKED.set(0);
        CANCELLED.set(false);
        assertThrows(SparkException.class, () -> Attention.of(spec).attend(table));
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (spark.sparkContext().statusTracker().getActiveStageIds().length > 0 && System.nanoTime() < deadline) {
            Thread.sleep(20);
        }
        Thread.sleep(300); // what did not end goes on asking
        assertTrue(CANCELLED.get());
        // Split-keys runs two tasks at a time.
        assertTrue(ASKED.get() <= 2L * BLOCK * BLOCK, ASKED + " scores asked for");
    }
}
