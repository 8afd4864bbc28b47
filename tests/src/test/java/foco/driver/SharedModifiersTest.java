package foco.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.plan.AttentionPlan;
import foco.driver.plan.Memory;
import foco.kernels.AttentionSpec;
import foco.kernels.score.ScoreModifier;
import foco.testing.SparkTest;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Masks and modifiers may be as large as a matrix: a process has one of each, however many tasks it runs. */
@SparkTest
class SharedModifiersTest {

    private static final int TOKENS = 700;

    /** What is serialized besides the matrix. */
    private static final double OTHERS = 1.01;

    /** Counts the copies of it that are made. */
    private static final class Copied implements ScoreModifier {

        private static final AtomicInteger COPIES = new AtomicInteger();

        @Override
        public double apply(double score, int head, long query, long key) {
            return 0.5 * score;
        }

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
            COPIES.incrementAndGet();
        }
    }

    private static Dataset<Row> table(SparkSession spark, AttentionSpec spec, int queries) {
        return new Tokens(spec).add("a", queries, TOKENS, new Random(1)).table(spark);
    }

    @ParameterizedTest
    @ValueSource(strings = {"broadcast", "stream", "split-keys"})
    void tasksShareOneCopy(String strategy, SparkSession spark) {
        spark.conf().set("spark.foco.strategy", strategy);
        spark.conf().set("spark.foco.block.rows", "128");
        spark.conf().set("spark.foco.partitions", "12");
        AttentionSpec spec = AttentionSpec.of(2, 8).withScores(new Copied());
        Tokens tokens = new Tokens(spec).add("a", TOKENS, TOKENS, new Random(1));
        Copied.COPIES.set(0);
        try (AttentionResult result = Attention.of(spec).attend(tokens.table(spark))) {
            assertTrue(tokens.errors(result).output() < 1e-6);
            assertTrue(
                    result.summary().tasks() > 1, "tasks: " + result.summary().tasks());
        }
        // In local mode tasks are given the driver's own.
        assertEquals(0, Copied.COPIES.get());
    }

    @ParameterizedTest
    @ValueSource(strings = {"broadcast", "stream", "split-keys"})
    void aPlanCountsTheMatrixOfABias(String strategy, SparkSession spark) {
        spark.conf().set("spark.foco.strategy", strategy);
        AttentionSpec plain = AttentionSpec.of(2, 8);
        float[] biases = new float[2 * TOKENS * TOKENS];
        AttentionSpec biased = plain.withScores(ScoreModifier.bias(2, TOKENS, TOKENS, biases));
        Dataset<Row> table = table(spark, plain, TOKENS);
        AttentionPlan without = plan(plain, table);
        AttentionPlan with = plan(biased, table);
        long bytes = 4L * biases.length;
        // In one process nothing is sent, and tasks read the driver's own.
        assertEquals(
                without.strategy().traffic().broadcast(),
                with.strategy().traffic().broadcast());
        Memory before = without.strategy().memory();
        Memory after = with.strategy().memory();
        assertAdded(bytes, before.driver(), after.driver());
        assertAdded(bytes, before.blocks(), after.blocks());
        assertEquals(before.task(), after.task());
    }

    private static AttentionPlan plan(AttentionSpec spec, Dataset<Row> table) {
        try (AttentionResult result = Attention.of(spec).attend(table)) {
            return result.summary().plan();
        }
    }

    private static void assertAdded(long bytes, long before, long after) {
        long added = after - before;
        assertTrue(added >= bytes && added < OTHERS * bytes, "%,d bytes, and %,d added".formatted(bytes, added));
    }
}
