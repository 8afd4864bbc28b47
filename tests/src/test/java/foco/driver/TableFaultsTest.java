package foco.driver;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.block.InvalidInputException;
import foco.kernels.AttentionSpec;
import foco.kernels.mask.Mask;
import foco.testing.SparkTest;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** What a user reads when a table is not as attention needs it. */
@SparkTest
class TableFaultsTest {

    private static final AttentionSpec SPEC = AttentionSpec.of(2, 3);

    private static Dataset<Row> good(SparkSession spark) {
        return new Tokens(SPEC)
                .add("a", 900, 900, new Random(1))
                .add("b", 5, 5, new Random(2))
                .table(spark);
    }

    private static void assertRefused(String message, Dataset<Row> table) {
        InvalidInputException thrown = assertThrows(
                InvalidInputException.class, () -> Attention.of(SPEC).attend(table));
        assertEquals(message, thrown.getMessage());
    }

    private static Dataset<Row> changed(SparkSession spark, String column, String where, String to) {
        Dataset<Row> good = good(spark);
        return good.withColumn(column, expr("if(%s, %s, %s)".formatted(where, to, column)));
    }

    @Test
    void positionsMustRunFromZeroWithoutGap(SparkSession spark) {
        assertRefused(
                "Sequence a: position 17 is missing; positions must run from 0 without a gap.",
                good(spark).where("not (sequence = 'a' and position = 17)"));
        assertRefused(
                "Sequence b: position 0 is missing; positions must run from 0 without a gap.",
                good(spark).where("not (sequence = 'b' and position = 0)"));
        assertRefused(
                "Sequence a: position 767 is missing; positions must run from 0 without a gap.",
                good(spark).where("not (sequence = 'a' and position = 767)"));
        assertRefused(
                "Sequence a: position 0 is missing; positions must run from 0 without a gap.",
                good(spark).where("not (sequence = 'a' and position < 768)"));
        assertRefused(
                "Sequence a: position 850 occurs more than once; each position needs one row.",
                good(spark).union(good(spark).where("sequence = 'a' and position = 850")));
        assertRefused(
                "Sequence b: position -1 is negative; positions count from 0.",
                changed(spark, "position", "sequence = 'b' and position = 2", "-1L"));
        assertRefused(
                "Sequence b: a row has no position; every row needs one, counted from 0.",
                changed(spark, "position", "sequence = 'b' and position = 2", "null"));
    }

    @Test
    void vectorsMustBeWholeAndFinite(SparkSession spark) {
        assertRefused(
                "Sequence a: the key of position 800 holds NaN at element 4 (head 1, element 1); "
                        + "float32 needs finite numbers.",
                changed(
                        spark,
                        "key",
                        "sequence = 'a' and position = 800",
                        "array(0f, 0f, 0f, 0f, float('NaN'), float('NaN'))"));
        assertRefused(
                "Sequence b: the value of position 3 holds a value out of range at element 0 (head 0, element 0); "
                        + "float32 needs finite numbers.",
                changed(spark, "value", "sequence = 'b' and position = 3", "array(1e39, 0d, 0d, 0d, 0d, 0d)"));
        assertRefused(
                "Sequence a: the query of position 3 has 5 elements, where 2 x 3 = 6 are due.",
                changed(spark, "query", "sequence = 'a' and position = 3", "array(0f, 0f, 0f, 0f, 0f)"));
        assertRefused(
                "Sequence a: position 3 has no query, or one with an empty element.",
                changed(spark, "query", "sequence = 'a' and position = 3", "null"));
        assertRefused(
                "Sequence a: position 4 has no query, or one with an empty element.",
                changed(spark, "query", "position = 4", "array(0f, 0f, null, 0f, 0f, 0f)"));
    }

    @Test
    void columnsMustBeThereAndOfTheRightType(SparkSession spark) {
        assertRefused(
                "The table has no column key; it has sequence, position, query, value.",
                good(spark).drop("key"));
        assertRefused(
                "Column position must hold whole numbers (bigint), and is double.",
                good(spark).withColumn("position", col("position").cast("double")));
        assertRefused(
                "Column value must hold arrays of float or double, or MLlib vectors, and is string.",
                good(spark).withColumn("value", lit("x")));
        assertRefused(
                "Column sequence must hold numbers, strings or dates, and is array<float>.",
                good(spark).withColumn("sequence", col("value")));
        assertRefused(
                "A row has no sequence; fill the column or drop it.",
                changed(spark, "sequence", "position = 4", "null"));
        assertRefused(
                "A sequence has the empty name \"\"; give it another.",
                changed(spark, "sequence", "sequence = 'b'", "''"));
        assertRefused("The table of query, key, value has no rows.", good(spark).where("false"));
    }

    @Test
    void everySequenceOfQueriesNeedsKeys(SparkSession spark) {
        Dataset<Row> good = good(spark);
        InvalidInputException thrown = assertThrows(InvalidInputException.class, () -> Attention.of(SPEC)
                .attend(good.drop("key", "value"), good.drop("query").where("sequence = 'a'")));
        assertEquals(
                "Sequence b has queries but no keys; give it keys and values, or leave it out.", thrown.getMessage());
    }

    @Test
    void settingsMustBeLegal(SparkSession spark) {
        spark.conf().set("spark.foco.block.rows", "100");
        IllegalArgumentException thrown = assertThrows(
                IllegalArgumentException.class, () -> Attention.of(SPEC).attend(good(spark)));
        spark.conf().unset("spark.foco.block.rows");
        assertEquals(
                "spark.foco.block.rows must be a multiple of 128 from 128 to 65536, and is \"100\".",
                thrown.getMessage());
        spark.conf().set("spark.foco.partitions", "many");
        thrown = assertThrows(
                IllegalArgumentException.class, () -> Attention.of(SPEC).attend(good(spark)));
        spark.conf().unset("spark.foco.partitions");
        assertEquals(
                "spark.foco.partitions must be a number of tasks from 1 to 1000000, and is \"many\".",
                thrown.getMessage());
    }

    @Test
    void namesOfColumnsFollowSparksRules(SparkSession spark) {
        Dataset<Row> good = good(spark);
        Dataset<Row> upper = good.toDF("Sequence", "POSITION", "Query", "kEY", "VALUE");
        try (AttentionResult result = Attention.of(SPEC).attend(upper);
                AttentionResult plain = Attention.of(SPEC).attend(good)) {
            assertEquals(Tokens.bits(plain), Tokens.bits(result));
            assertEquals(2, result.summary().sequences());
        }
        assertEquals(
                Attention.of(SPEC).plan(good).explain(),
                Attention.of(SPEC).plan(upper).explain());
        Mask documents = PackedDocuments.mask(upper.withColumn("Document", lit(1)), "document");
        assertTrue(documents.forSequence("a", 900, 900).allows(0, 0, 899));
        SparkSession strict = spark.newSession();
        strict.conf().set("spark.sql.caseSensitive", "true");
        Dataset<Row> there = strict.createDataFrame(upper.toJavaRDD(), upper.schema());
        assertRefused("The table has no column position; it has Sequence, POSITION, Query, kEY, VALUE.", there);
        Dataset<Row> twice = there.toDF("sequence", "position", "query", "key", "Key");
        SparkSession.setActiveSession(strict); // whose rule of case Spark goes by
        try {
            assertRefused("The table has no column value; it has sequence, position, query, key, Key.", twice);
        } finally {
            SparkSession.setActiveSession(spark);
        }
        assertRefused(
                "The table has more than one column key: key, Key; drop or rename the others, or set spark.sql.caseSensitive to true.",
                good.withColumnRenamed("value", "Key"));
    }
}
