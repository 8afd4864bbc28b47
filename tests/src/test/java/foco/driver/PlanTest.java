package foco.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.plan.AttentionPlan;
import foco.driver.plan.Memory;
import foco.driver.plan.Traffic;
import foco.driver.result.AttentionSummary;
import foco.driver.settings.StrategyKind;
import foco.kernels.AttentionSpec;
import foco.kernels.mask.Mask;
import foco.testing.SparkTest;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** What a plan says before a run, and what the run then took. */
@SparkTest
class PlanTest {

    /** Of what was planned. */
    private static final double TOLERANCE = 0.2;

    /** What Spark moves and keeps besides, whatever the input: closures, and headers of records. */
    private static final long FLOOR = 300 << 10;

    private static void set(SparkSession spark, Map<String, String> settings) {
        settings.forEach((key, value) -> spark.conf().set("spark.foco." + key, value));
    }

    private static void assertPlanHeld(AttentionResult result, StrategyKind kind) {
        AttentionSummary summary = result.summary();
        AttentionPlan plan = summary.plan();
        assertEquals(kind, plan.strategy().kind());
        Traffic traffic = plan.strategy().traffic();
        assertNear(
                "broadcast",
                traffic.broadcast(),
                summary.traffic().orElseThrow().broadcast());
        assertNear("pulled", traffic.pulled(), summary.traffic().orElseThrow().pulled());
        assertNear(
                "shuffled", traffic.shuffled(), summary.traffic().orElseThrow().shuffled());
        Memory memory = plan.strategy().memory();
        assertNear("driver", memory.driver(), summary.memory().driver());
        assertNear("blocks", memory.blocks(), summary.memory().blocks());
        assertNear("task", memory.task(), summary.memory().task());
    }

    private static void assertNear(String what, long planned, long actual) {
        assertTrue(
                Math.abs(actual - planned) <= Math.max(FLOOR, TOLERANCE * planned),
                "%s: planned %,d, actual %,d".formatted(what, planned, actual));
    }

    @Test
    void aBroadcastTakesWhatWasPlanned(SparkSession spark) {
        AttentionSpec spec = AttentionSpec.of(4, 32).withMask(Mask.causal());
        Dataset<Row> table =
                new Tokens(spec).add("a", 4000, 4000, new Random(1)).table(spark);
        try (AttentionResult result = Attention.of(spec).attend(table)) {
            assertPlanHeld(result, StrategyKind.BROADCAST);
        }
    }

    @Test
    void aBroadcastInRoundsTakesWhatWasPlanned(SparkSession spark) {
        set(spark, Map.of("broadcast.bytes", "1", "kv.type", "bf16"));
        AttentionSpec spec = AttentionSpec.of(6, 40).withKeyValueHeads(3).withValueWidth(56);
        Dataset<Row> table = new Tokens(spec)
                .add("a", 2000, 2000, new Random(1))
                .add("b", 3000, 3000, new Random(2))
                .table(spark);
        try (AttentionResult result = Attention.of(spec).attend(table)) {
            assertPlanHeld(result, StrategyKind.BROADCAST);
        }
    }

    @Test
    void aLocalStreamTakesWhatWasPlannedAndPullsOnlyWhatItSees(SparkSession spark) {
        set(spark, Map.of("strategy", "stream", "partitions", "12"));
        AttentionSpec spec = AttentionSpec.of(2, 64)
                .withKeyValueHeads(1)
                .withMask(Mask.causal().and(Mask.window(500, 0)));
        Dataset<Row> table =
                new Tokens(spec).add("a", 25_000, 25_000, new Random(1)).table(spark);
        try (AttentionResult result = Attention.of(spec).attend(table)) {
            assertPlanHeld(result, StrategyKind.STREAM);
            long all =
                    result.summary().plan().keyValueBytes() * result.summary().tasks();
            assertTrue(result.summary().traffic().orElseThrow().pulled() < 0.6 * all);
        }
    }

    @Test
    void aStreamOfManySequencesTakesWhatWasPlanned(SparkSession spark) {
        set(spark, Map.of("strategy", "stream", "block.rows", "256"));
        AttentionSpec spec = AttentionSpec.of(2, 48).withValueWidth(80);
        Tokens tokens = new Tokens(spec);
        for (int s = 0; s < 12; s++) {
            tokens.add("s" + s, 200 + 70 * s, 500 + 100 * s, new Random(s));
        }
        try (AttentionResult result = Attention.of(spec).attend(tokens.queries(spark), tokens.keysAndValues(spark))) {
            assertPlanHeld(result, StrategyKind.STREAM);
        }
    }

    @Test
    void splitKeysTakesWhatWasPlanned(SparkSession spark) {
        set(spark, Map.of("strategy", "split-keys"));
        AttentionSpec spec = AttentionSpec.of(4, 64).withKeyValueHeads(2);
        Tokens tokens = new Tokens(spec).add("a", 700, 5000, new Random(1));
        try (AttentionResult result = Attention.of(spec).attend(tokens.queries(spark), tokens.keysAndValues(spark))) {
            assertPlanHeld(result, StrategyKind.SPLIT_KEYS);
            Memory memory = result.summary().memory();
            for (long figure : new long[] {memory.driver(), memory.task()}) {
                assertTrue(figure > 2 * FLOOR, "too little to tell: %,d".formatted(figure));
            }
            Tokens.Errors errors = tokens.errors(result);
            assertTrue(errors.output() < 1e-6 && errors.lse() < 1e-5, errors.toString());
        }
    }

    @Test
    void explainingReadsPositionsOnlyAndComputesNothing(SparkSession spark) {
        AttentionSpec spec = AttentionSpec.of(2, 16).withMask(Mask.causal());
        Dataset<Row> table = new Tokens(spec).add("a", 900, 900, new Random(1)).table(spark);
        AttentionPlan plan = Attention.of(spec).plan(table.drop("query", "key", "value"));
        try (AttentionResult result = Attention.of(spec).attend(table)) {
            assertEquals(result.summary().plan().explain(), plan.explain());
        }
        assertTrue(Attention.of(spec).explain(table).startsWith("strategy   broadcast: "));
    }

    @Test
    void aStrategyThatCannotDoItIsRefusedWithOneThatCan(SparkSession spark) {
        set(spark, Map.of("strategy", "split-keys"));
        AttentionSpec spec = AttentionSpec.of(16, 512);
        Dataset<Row> table = spark.range(300_000).toDF("position");
        IllegalArgumentException thrown = assertThrows(
                IllegalArgumentException.class, () -> Attention.of(spec).plan(table));
        assertTrue(thrown.getMessage().contains("leave the strategy to Foco"), thrown.getMessage());
        set(spark, Map.of("strategy", "broadcast"));
        thrown = assertThrows(
                IllegalArgumentException.class, () -> Attention.of(spec).plan(table));
        assertTrue(thrown.getMessage().contains("which would take stream"), thrown.getMessage());
    }
}
