package foco.driver;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.block.InvalidInputException;
import foco.driver.weights.WeightSelection;
import foco.kernels.AttentionSpec;
import foco.kernels.dense.RotaryEmbedding;
import foco.kernels.dense.RotaryScaling;
import foco.kernels.mask.Mask;
import foco.kernels.score.ScoreModifier;
import foco.testing.SparkTest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongUnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/**
 * Rotary embedding and past keys of whole computations: what Foco turns and puts together must be attention of what the
 * test has turned and put together.
 */
@SparkTest
class RotaryAttentionTest {

    /** As for attention: float32 sums over a few thousand keys. */
    private static final double TOLERANCE = 1e-6;

    private static final int HEADS = 4;
    private static final int GROUPS = 2;
    private static final int WIDTH = 24;

    private static final AttentionSpec SPEC = AttentionSpec.of(HEADS, WIDTH)
            .withKeyValueHeads(GROUPS)
            .withValueWidth(10)
            .withMask(Mask.causal().and(Mask.window(700, 0)));

    private static final RotaryEmbedding ROTARY = RotaryEmbedding.of(16).interleaved();

    private static Tokens.Sequence turned(
            Tokens.Sequence tokens, RotaryEmbedding rotary, LongUnaryOperator query, LongUnaryOperator key) {
        float[] q = tokens.q().clone();
        float[] k = tokens.k().clone();
        for (int i = 0; i < tokens.queries(); i++) {
            rotary.rotate(q, i * HEADS * WIDTH, HEADS, WIDTH, query.applyAsLong(i));
        }
        for (int j = 0; j < tokens.keys(); j++) {
            rotary.rotate(k, j * GROUPS * WIDTH, GROUPS, WIDTH, key.applyAsLong(j));
        }
        return new Tokens.Sequence(tokens.name(), tokens.queries(), tokens.keys(), q, k, tokens.v());
    }

    private static Tokens random(AttentionSpec spec, int... lengths) {
        Tokens tokens = new Tokens(spec);
        for (int s = 0; s < lengths.length; s++) {
            tokens.add("s" + s, lengths[s], lengths[s], new Random(s));
        }
        return tokens;
    }

    private static void assertExact(Tokens expected, AttentionResult result) {
        Tokens.Errors errors = expected.errors(result);
        assertTrue(errors.output() <= TOLERANCE && errors.lse() <= 1e-5, errors.toString());
        assertEquals(
                expected.sequences().stream()
                        .mapToLong(Tokens.Sequence::queries)
                        .sum(),
                errors.rows());
    }

    @Test
    void queriesAndKeysAreTurnedByTheirPositions(SparkSession spark) {
        Tokens tokens = random(SPEC, 900, 31);
        Tokens expected = new Tokens(SPEC);
        tokens.sequences().forEach(s -> expected.add(turned(s, ROTARY, i -> i, j -> j)));
        try (AttentionResult result = Attention.of(SPEC).withRotary(ROTARY).attend(tokens.table(spark))) {
            assertExact(expected, result);
        }
    }

    @Test
    void aColumnMaySayThePositionsToTurnBy(SparkSession spark) {
        Tokens tokens = random(SPEC, 300);
        Tokens expected = new Tokens(SPEC);
        tokens.sequences().forEach(s -> expected.add(turned(s, ROTARY, i -> i % 100, j -> j % 100)));
        Dataset<Row> table = tokens.table(spark)
                .withColumn("rotary_position", col("position").mod(100));
        try (AttentionResult result = Attention.of(SPEC).withRotary(ROTARY).attend(table)) {
            assertExact(expected, result);
        }
        InvalidInputException thrown = assertThrows(InvalidInputException.class, () -> Attention.of(SPEC)
                .withRotary(ROTARY)
                .attend(table.selectExpr(
                        "sequence",
                        "position",
                        "query",
                        "key",
                        "value",
                        "if(position = 7, null, position) as rotary_position")));
        assertEquals(
                "Sequence s0: position 7 has no rotary_position; give each row one, or drop the column.",
                thrown.getMessage());
    }

    @Test
    void dynamicScalingGoesByEachSequencesLength(SparkSession spark) {
        RotaryEmbedding rotary = RotaryEmbedding.of(WIDTH, 10_000, RotaryScaling.dynamicNtk(2, 100));
        Tokens tokens = random(SPEC, 250, 60);
        Tokens expected = new Tokens(SPEC);
        tokens.sequences().forEach(s -> expected.add(turned(s, rotary.forLength(s.keys()), i -> i, j -> j)));
        try (AttentionResult result = Attention.of(SPEC).withRotary(rotary).attend(tokens.table(spark))) {
            assertExact(expected, result);
        }
    }

    @Test
    void queriesMayStandFurtherOnThanTheirOwnPositions(SparkSession spark) {
        AttentionSpec spec = SPEC.withScores(ScoreModifier.alibi(HEADS));
        AttentionSpec shifted = spec.withMask(Mask.causal(460).and(Mask.window(700, 0, 460)))
                .withScores(ScoreModifier.alibi(460, foco.kernels.score.Alibi.slopes(HEADS)));
        Tokens tokens = new Tokens(spec).add("0", 40, 500, new Random(3));
        Tokens expected = new Tokens(shifted).add(turned(tokens.sequences().get(0), ROTARY, i -> 460 + i, j -> j));
        try (AttentionResult result = Attention.of(spec)
                .withRotary(ROTARY)
                .withQueryOffset(460)
                .attend(tokens.queries(spark), tokens.keysAndValues(spark))) {
            assertExact(expected, result);
        }
    }

    /** A text fed in two pieces of unlike lengths must attend as it does whole. */
    @Test
    void aTextInPiecesAttendsAsAWhole(SparkSession spark) {
        AttentionSpec spec = SPEC.withScores(ScoreModifier.softCap(20), ScoreModifier.alibi(HEADS))
                .withSinks(1, -1, 0, 2);
        Tokens tokens = random(spec, 1000, 70);
        Tokens expected = new Tokens(spec);
        tokens.sequences().forEach(s -> expected.add(turned(s, ROTARY, i -> i, j -> j)));
        Attention attention = Attention.of(spec).withRotary(ROTARY);
        Dataset<Row> table = tokens.table(spark);
        Dataset<Row> rest = table.where("sequence = 's1' or position >= 130")
                .withColumn("position", expr("position - if(sequence = 's0', 130, 0)"));
        try (AttentionResult whole = attention.attend(table);
                AttentionResult first = attention.attend(table.where("sequence = 's0' and position < 130"));
                AttentionResult second = attention.withPast(first.present()).attend(rest)) {
            assertExact(expected, whole);
            Dataset<Row> moved = second.rows().withColumn("position", expr("position + if(sequence = 's0', 130, 0)"));
            assertClose(whole.rows(), first.rows().union(moved), "output");
            assertClose(whole.present(), second.present(), "key");
            assertClose(whole.present(), second.present(), "value");
        }
    }

    private static void assertClose(Dataset<Row> expected, Dataset<Row> actual, String column) {
        List<Row> wanted = expected.select("sequence", "position", column)
                .orderBy("sequence", "position")
                .collectAsList();
        List<Row> rows = actual.select("sequence", "position", column)
                .orderBy("sequence", "position")
                .collectAsList();
        assertEquals(wanted.size(), rows.size());
        for (int i = 0; i < rows.size(); i++) {
            assertEquals(wanted.get(i).getString(0), rows.get(i).getString(0));
            assertEquals(wanted.get(i).getLong(1), rows.get(i).getLong(1));
            List<Float> a = wanted.get(i).getList(2);
            List<Float> b = rows.get(i).getList(2);
            assertEquals(a.size(), b.size());
            for (int e = 0; e < a.size(); e++) {
                assertEquals(
                        a.get(e),
                        b.get(e),
                        2e-6f * (1 + Math.abs(a.get(e))),
                        rows.get(i).toString());
            }
        }
    }

    /** A name written in another way would otherwise be a sequence without a past. */
    @Test
    void aPastOfASequenceThatIsNotThereIsRefused(SparkSession spark) {
        Tokens tokens = random(SPEC, 20, 30);
        Dataset<Row> table = tokens.table(spark);
        Dataset<Row> past = table.selectExpr("if(sequence = 's0', 's0', 'S1') as sequence", "position", "key", "value");
        Attention attention = Attention.of(SPEC).withPast(past);
        String line =
                "The past has keys of sequence S1, and the tokens' sequences are s0, s1; name it as the tokens do, or"
                        + " leave it out.";
        WeightSelection row = WeightSelection.of(3);
        for (Runnable wrong : Arrays.<Runnable>asList(
                () -> attention.attend(table),
                () -> attention.plan(table),
                () -> attention.weights(table, row),
                () -> attention.attend(tokens.queries(spark), tokens.keysAndValues(spark)))) {
            assertEquals(
                    line, assertThrows(InvalidInputException.class, wrong::run).getMessage());
        }
        Attention offset = Attention.of(SPEC).withQueryOffsets(Map.of("s0", 10L, "s2", 5L));
        assertEquals(
                "There is a query offset for sequence s2, and the tokens' sequences are s0, s1; name it as the tokens do, or"
                        + " leave it out.",
                assertThrows(
                                InvalidInputException.class,
                                () -> offset.attend(tokens.queries(spark), tokens.keysAndValues(spark)))
                        .getMessage());
    }

    @Test
    void aPastMayBeOfSomeSequencesAndOfOneThatHasNoQueries(SparkSession spark) {
        Tokens tokens = random(SPEC, 20, 30);
        Dataset<Row> table = tokens.table(spark);
        Dataset<Row> past = table.where("sequence = 's1'").select("sequence", "position", "key", "value");
        Dataset<Row> queries = table.where("sequence = 's0'").select("sequence", "position", "query");
        try (AttentionResult result = Attention.of(SPEC).withPast(past).attend(queries, table)) {
            assertExact(new Tokens(SPEC).add(tokens.sequences().get(0)), result);
        }
    }

    @Test
    void whatContradictsItselfIsNamed(SparkSession spark) {
        Dataset<Row> table = random(SPEC, 20).table(spark);
        Dataset<Row> past = table.selectExpr("sequence", "position + 1 as position", "key", "value");
        Attention attention = Attention.of(SPEC);
        for (Runnable wrong : Arrays.<Runnable>asList(
                () -> attention.withPast(past).withQueryOffset(3),
                () -> attention.withQueryOffset(3).withPast(past),
                () -> attention.withQueryOffset(3).attend(table),
                () -> attention.withRotary(RotaryEmbedding.of(WIDTH + 2)))) {
            assertThrows(IllegalArgumentException.class, wrong::run);
        }
        InvalidInputException gap = assertThrows(
                InvalidInputException.class, () -> attention.withPast(past).attend(table));
        assertEquals(
                "The past: sequence s0: position 0 is missing; positions must run from 0 without a gap.",
                gap.getMessage());
        float[] ones = new float[40];
        Exception cache = assertThrows(Exception.class, () -> attention
                .withRotary(RotaryEmbedding.cached(4, ones, ones))
                .attend(table));
        assertTrue(
                cache.getMessage().contains("The cache of cosines and sines holds positions 0 to 9, and no 1"),
                cache.getMessage());
    }
}
