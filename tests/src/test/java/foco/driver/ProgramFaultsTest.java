package foco.driver;

import static org.apache.spark.sql.functions.expr;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import foco.driver.block.InvalidInputException;
import foco.driver.result.OutputBlock;
import foco.kernels.AttentionSpec;
import foco.kernels.dense.Linear;
import foco.kernels.mask.Mask;
import foco.kernels.score.ScoreModifier;
import foco.testing.SparkTest;
import java.util.Iterator;
import java.util.Random;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What a program reads that uses the library wrongly: one exception, before any task fails. */
@SparkTest
class ProgramFaultsTest {

    private static final AttentionSpec SPEC = AttentionSpec.of(2, 3);
    private static final String CLOSED =
            "The attention result is closed; read rows() before close(), or write them to a table.";

    private final int far = 4;

    private static Dataset<Row> tokens(SparkSession spark) {
        return new Tokens(SPEC).add("a", 20, 20, new Random(1)).table(spark);
    }

    private static <T extends Throwable> T assertRefused(Class<T> kind, String message, Executable call) {
        T thrown = assertThrows(kind, call);
        assertEquals(message, thrown.getMessage());
        return thrown;
    }

    /** Refused before Spark was given any job. */
    private static <T extends Throwable> void assertRefusedAtOnce(
            SparkSession spark, Class<T> kind, String message, Executable call) {
        String group = "refused: " + message;
        spark.sparkContext().setJobGroup(group, group, false);
        try {
            assertRefused(kind, message, call);
            assertEquals(0, spark.sparkContext().statusTracker().getJobIdsForGroup(group).length, "jobs");
        } finally {
            spark.sparkContext().clearJobGroup();
        }
    }

    @Test
    void aFunctionThatCannotBeSentIsRefusedWhereItIsNamed(SparkSession spark) {
        String message = "A mask, score modifier or rotary scaling goes to executors and cannot be serialized, for it "
                + "holds foco.driver.ProgramFaultsTest; copy what a lambda needs to local variables, or let that class "
                + "implement Serializable.";
        AttentionSpec masked = SPEC.withMask((head, query, key) -> query - key < far);
        AttentionSpec scored = SPEC.withScores(
                ScoreModifier.softCap(30), (score, head, query, key) -> score - Math.abs(query - key) * far);
        AttentionSpec composed = SPEC.withMask(Mask.causal().and((head, query, key) -> key % far == 0));
        Dataset<Row> tokens = tokens(spark);
        for (AttentionSpec spec : new AttentionSpec[] {masked, scored, composed}) {
            assertRefusedAtOnce(spark, IllegalArgumentException.class, message, () -> Attention.of(spec));
            assertRefusedAtOnce(spark, IllegalArgumentException.class, message, () -> KeyValueStore.load(tokens, spec));
        }
    }

    @Test
    void aResultThatIsClosedSaysSo(SparkSession spark) {
        AttentionResult result = Attention.of(SPEC).attend(tokens(spark));
        Dataset<Row> before = result.rows();
        Iterator<OutputBlock> blocks = result.blocks();
        assertEquals(20, before.count());
        result.close();
        result.close();
        assertRefusedAtOnce(spark, IllegalStateException.class, CLOSED, result::rows);
        assertRefusedAtOnce(spark, IllegalStateException.class, CLOSED, result::tokens);
        assertRefusedAtOnce(spark, IllegalStateException.class, CLOSED, result::blocks);
        assertRefusedAtOnce(spark, IllegalStateException.class, CLOSED, () -> blocks.forEachRemaining(block -> {}));
    }

    @Test
    void aTableOfAResultThatIsClosedMeanwhileSaysSoWithoutATask(SparkSession spark) {
        Dataset<Row> escaped;
        try (AttentionResult result = Attention.of(SPEC).attend(tokens(spark))) {
            escaped = result.rows();
        }
        Throwable refused = assertThrows(Exception.class, escaped::collectAsList);
        // Spark found that it cannot send the table, and so gave it to no executor.
        assertEquals("Task not serializable", refused.getMessage());
        assertEquals(
                CLOSED,
                assertInstanceOf(IllegalStateException.class, refused.getCause())
                        .getMessage());
    }

    @Test
    void aStoreThatIsClosedSaysSo(SparkSession spark) {
        Dataset<Row> tokens = tokens(spark);
        KeyValueStore store = KeyValueStore.load(tokens, SPEC);
        store.close();
        assertRefusedAtOnce(
                spark,
                IllegalStateException.class,
                "The store of keys and values is closed; attend before close(), or load it again.",
                () -> store.attend(tokens));
    }

    @Test
    void anEmbeddingOfAnotherWidthIsRefusedAtOnceOrByItsPosition(SparkSession spark) {
        Supplier<Linear> projection = () -> new Linear(4, 6, new float[24], new float[6]);
        MultiHeadAttention attention = MultiHeadAttention.of(
                SPEC,
                projection.get(),
                projection.get(),
                projection.get(),
                new Linear(6, 4, new float[24], new float[4]));
        Dataset<Row> positions = spark.range(2000).withColumnRenamed("id", "position");
        Dataset<Row> narrow = positions.withColumn("embedding", expr("array(1f, 2f, 3f)"));
        assertRefused(
                InvalidInputException.class,
                "The embedding of position 0 has 3 elements, where the projections take 4.",
                () -> attention.project(narrow));
        Dataset<Row> uneven =
                positions.withColumn("embedding", expr("if(position = 1800, array(1f), array(1f, 2f, 3f, 4f))"));
        assertRefused(
                InvalidInputException.class,
                "The embedding of position 1800 has 1 elements, where the projections take 4.",
                () -> attention.attend(attention.project(uneven)));
    }

    @Test
    void aResultOfAnotherWidthIsNotProjected(SparkSession spark) {
        AttentionSpec wide = AttentionSpec.of(2, 3).withValueWidth(5);
        Linear projection = new Linear(4, 6, new float[24], new float[6]);
        MultiHeadAttention attention = MultiHeadAttention.of(
                SPEC, projection, projection, projection, new Linear(6, 4, new float[24], new float[4]));
        Dataset<Row> tokens = new Tokens(wide).add("a", 20, 20, new Random(1)).table(spark);
        try (AttentionResult result = Attention.of(wide).attend(tokens)) {
            assertRefusedAtOnce(
                    spark,
                    InvalidInputException.class,
                    "The output of a token has 10 elements, where 6 are due.",
                    () -> attention.output(result));
        }
    }
}
