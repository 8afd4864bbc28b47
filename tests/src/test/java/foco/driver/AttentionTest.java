package foco.driver;

import static org.apache.spark.sql.functions.array_repeat;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.block.InvalidInputException;
import foco.driver.result.OutputBlock;
import foco.driver.weights.AttentionWeights;
import foco.kernels.AttentionSpec;
import foco.kernels.mask.Mask;
import foco.kernels.score.ScoreModifier;
import foco.kernels.tile.KeyValueType;
import foco.testing.SparkTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.ml.functions;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

@SparkTest
class AttentionTest {

    /** Float32 sums over a few thousand keys, outputs of mean 0; and scores of magnitude 10 at most. */
    private static final double OUTPUT_TOLERANCE = 1e-6;

    private static final double LSE_TOLERANCE = 1e-5;

    private static final AttentionSpec GROUPED =
            AttentionSpec.of(4, 24).withKeyValueHeads(2).withValueWidth(20).withMask(Mask.causal());

    private static void assertExact(Tokens tokens, AttentionResult result) {
        Tokens.Errors errors = tokens.errors(result);
        assertTrue(errors.output() <= OUTPUT_TOLERANCE, errors.toString());
        assertTrue(errors.lse() <= LSE_TOLERANCE, errors.toString());
        assertEquals(
                tokens.sequences().stream().mapToLong(Tokens.Sequence::queries).sum(), errors.rows());
    }

    @Test
    void randomShapesMatchFloat64(SparkSession spark) {
        for (long seed = 1; seed <= 6; seed++) {
            Random random = new Random(seed);
            int groups = 1 + random.nextInt(3);
            AttentionSpec spec = AttentionSpec.of(groups * (1 + random.nextInt(3)), 1 + random.nextInt(90))
                    .withKeyValueHeads(groups)
                    .withValueWidth(1 + random.nextInt(90))
                    .withMask(random.nextBoolean() ? Mask.full() : Mask.causal(random.nextInt(500)));
            Tokens tokens = new Tokens(spec)
                    .add("0", 1 + random.nextInt(1200), 500 + random.nextInt(1000), random)
                    .add("1", 1 + random.nextInt(100), 1 + random.nextInt(100), random);
            try (AttentionResult result =
                    Attention.of(spec).attend(tokens.queries(spark), tokens.keysAndValues(spark))) {
                assertExact(tokens, result);
            }
        }
    }

    @Test
    void masksModifiersAndSinksTogetherMatchFloat64(SparkSession spark) {
        Random random = new Random(12);
        Map<String, ScoreModifier> biases = Map.of(
                "a", ScoreModifier.bias(1, 1, 900, hidingSome(Tokens.gaussians(random, 900))),
                "b", ScoreModifier.bias(4, 40, 40, hidingSome(Tokens.gaussians(random, 4 * 40 * 40))));
        float[][] table = new float[16][];
        for (int b = 0; b < table.length; b++) {
            table[b] = Tokens.gaussians(random, 4);
        }
        AttentionSpec spec = GROUPED.withMask(
                        Mask.window(300, 20).or(Mask.global(3, 0)).and((head, query, key) -> (query + key) % 5 != 0))
                .withScores(
                        ScoreModifier.softCap(5),
                        ScoreModifier.alibi(4),
                        ScoreModifier.relativeBias(table, true, 64, 0),
                        ScoreModifier.bySequence(biases),
                        (score, head, query, key) -> 0.9 * score + head)
                .withSinks(-1, 0, 1, 2);
        Tokens tokens = new Tokens(spec).add("a", 900, 900, random).add("b", 40, 40, random);
        try (AttentionResult result = Attention.of(spec).attend(tokens.table(spark))) {
            assertExact(tokens, result);
        }
    }

    private static float[] hidingSome(float... biases) {
        for (int i = 0; i < biases.length; i += 9) {
            biases[i] = Float.NEGATIVE_INFINITY;
        }
        return biases;
    }

    @Test
    void sequencesOfUnlikeLengthsAttendToThemselvesOnly(SparkSession spark) {
        Tokens tokens = new Tokens(GROUPED);
        Random random = new Random(8);
        for (int length : new int[] {1, 5, 1700, 16, 769, 1}) {
            tokens.add("s" + tokens.sequences().size(), length, length, random);
        }
        try (AttentionResult result = Attention.of(GROUPED).attend(tokens.table(spark))) {
            assertExact(tokens, result);
            assertEquals(6, result.summary().sequences());
            assertEquals(2492, result.summary().tokens());
        }
    }

    @Test
    void blocksOfMoreThan1024RowsMatchFloat64(SparkSession spark) {
        spark.conf().set("spark.foco.block.rows", "2048");
        AttentionSpec spec = GROUPED.withMask(Mask.causal()
                .and(Mask.window(1400, 0).or(Mask.strided(50, 0)))
                .and(Mask.global(20, 0).not()));
        Tokens tokens = new Tokens(spec).add("0", 2600, 2600, new Random(4));
        Dataset<Row> table = tokens.table(spark).cache();
        for (String strategy : List.of("broadcast", "stream", "split-keys")) {
            spark.conf().set("spark.foco.strategy", strategy);
            try (AttentionResult result = Attention.of(spec).attend(table)) {
                assertExact(tokens, result);
            }
        }
        table.unpersist();
    }

    @Test
    void partitionsAndRoundsOfHeadsChangeNoBit(SparkSession spark) {
        Tokens tokens = new Tokens(GROUPED).add("7", 2500, 2500, new Random(4));
        Dataset<Row> table = tokens.table(spark).cache();
        List<Integer> bits = new ArrayList<>();
        for (String partitions : List.of("1", "3", "50")) {
            for (String bytes : List.of("1", "1000000000")) {
                spark.conf().set("spark.foco.partitions", partitions);
                spark.conf().set("spark.foco.broadcast.bytes", bytes);
                try (AttentionResult result = Attention.of(GROUPED).attend(table.repartition(bits.size() + 1))) {
                    int rounds = bytes.equals("1") ? 2 : 1;
                    assertEquals(
                            rounds * Integer.parseInt(partitions),
                            result.summary().tasks());
                    bits.add(Tokens.bits(result));
                    assertExact(tokens, result);
                }
            }
        }
        assertEquals(1, bits.stream().distinct().count(), bits.toString());
        table.unpersist();
    }

    @Test
    void aResultIsATableOfTheInputsSequences(SparkSession spark) {
        Tokens tokens = new Tokens(GROUPED).add("10", 40, 40, new Random(1)).add("9", 30, 30, new Random(2));
        Dataset<Row> table =
                tokens.table(spark).withColumn("sequence", col("sequence").cast("int"));
        try (AttentionResult result = Attention.of(GROUPED).attend(table)) {
            assertEquals(
                    "sequence INT,position BIGINT NOT NULL,output ARRAY<FLOAT>,lse ARRAY<FLOAT>",
                    result.rows().schema().toDDL().replace(" NOT NULL>", ">"));
            List<Row> rows = result.rows().collectAsList();
            assertEquals(70, rows.size());
            assertEquals(9, rows.get(0).getInt(0));
            assertEquals(29, rows.get(29).getLong(1));
            assertEquals(10, rows.get(30).getInt(0));
            assertEquals(80, rows.get(30).getList(2).size());
            assertEquals(4, rows.get(30).getList(3).size());
        }
        try (AttentionResult result =
                Attention.of(GROUPED).attend(table.where("sequence = 9").drop("sequence"))) {
            assertEquals(0L, result.rows().first().getLong(0));
        }
    }

    @Test
    void doublesAndVectorsOfMllibAreTaken(SparkSession spark) {
        Tokens tokens = new Tokens(GROUPED).add("0", 300, 300, new Random(5));
        Dataset<Row> table = tokens.table(spark);
        Dataset<Row> other = table.withColumn("query", functions.array_to_vector(col("query")))
                .withColumn("key", col("key").cast("array<double>"));
        try (AttentionResult expected = Attention.of(GROUPED).attend(table);
                AttentionResult actual = Attention.of(GROUPED).attend(other)) {
            assertEquals(Tokens.bits(expected), Tokens.bits(actual));
        }
    }

    @Test
    void weightsOfChosenQueriesReproduceTheirOutput(SparkSession spark) {
        Tokens tokens = new Tokens(GROUPED).add("a", 900, 900, new Random(6));
        Tokens.Sequence sequence = tokens.sequences().get(0);
        try (AttentionResult result = Attention.of(GROUPED).attend(tokens.table(spark))) {
            OutputBlock last = null;
            for (var blocks = result.blocks(); blocks.hasNext(); ) {
                last = blocks.next();
            }
            List<AttentionWeights> weights = result.weights("a", 899, 0);
            assertEquals(8, weights.size());
            for (AttentionWeights head : weights.subList(0, 4)) {
                assertEquals(899, head.position());
                float[] output = new float[20];
                double[] sums = new double[20];
                for (int j = 0; j < 900; j++) {
                    for (int e = 0; e < 20; e++) {
                        sums[e] += (double) head.weights()[j] * sequence.v()[j * 40 + head.head() / 2 * 20 + e];
                    }
                }
                for (int e = 0; e < 20; e++) {
                    output[e] = (float) sums[e];
                }
                int from = (last.rows() - 1) * 80 + head.head() * 20;
                assertArrayEquals(Arrays.copyOfRange(last.output(), from, from + 20), output, 2e-6f);
            }
            assertEquals(1, weights.get(4).weights()[0]);
            assertEquals(0, weights.get(4).weights()[1]);
            assertThrows(IllegalArgumentException.class, () -> result.weights("a", 900));
            assertThrows(IllegalArgumentException.class, () -> result.weights("b", 0));
        }
    }

    @Test
    void keysAndValuesInHalfTheBytesAreThoseRoundedOnce(SparkSession spark) {
        Tokens tokens = new Tokens(GROUPED).add("0", 1000, 1000, new Random(9));
        Tokens.Sequence sequence = tokens.sequences().get(0);
        Dataset<Row> table = tokens.table(spark).cache();
        for (KeyValueType type : List.of(KeyValueType.BFLOAT16, KeyValueType.FLOAT16)) {
            spark.conf().set("spark.foco.kv.type", type.toString());
            Tokens rounded = new Tokens(GROUPED)
                    .add(new Tokens.Sequence(
                            "0", 1000, 1000, sequence.q(), rounded(sequence.k(), type), rounded(sequence.v(), type)));
            try (AttentionResult result = Attention.of(GROUPED).attend(table)) {
                assertExact(rounded, result);
                double error = tokens.errors(result).output();
                assertTrue(error > 1e-5 && error < (type == KeyValueType.BFLOAT16 ? 5e-3 : 7e-4), "error " + error);
            }
        }
        spark.conf().set("spark.foco.kv.type", "float16");
        Dataset<Row> large = table.withColumn("value", array_repeat(lit(7e4f), 40));
        Exception thrown =
                assertThrows(Exception.class, () -> Attention.of(GROUPED).attend(large));
        assertTrue(thrown.getMessage().contains("holds 70000.0, beyond the range of float16"), thrown.getMessage());
        table.unpersist();
    }

    private static float[] rounded(float[] values, KeyValueType type) {
        float[] rounded = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            rounded[i] = type.round(values[i]);
        }
        return rounded;
    }

    @Test
    void eachSequenceHasItsOwnMask(SparkSession spark) {
        Mask bySequence = Mask.bySequence(Map.of(
                "a", Mask.documents(400, 500).and(Mask.causal()),
                "b", Mask.validKeys(30),
                "c", (head, query, key) -> (query + key + head) % 3 == 0));
        AttentionSpec spec = GROUPED.withMask(bySequence);
        Random random = new Random(9);
        Tokens tokens = new Tokens(spec)
                .add("a", 900, 900, random)
                .add("b", 70, 70, random)
                .add("c", 130, 130, random);
        try (AttentionResult result = Attention.of(spec).attend(tokens.table(spark))) {
            assertExact(tokens, result);
            double pairs = 4.0 * (400 * 401 / 2 + 500 * 501 / 2 + 70 * 30) + 130 * 130 / 3.0 * 4;
            double operations = result.summary().gflops() * result.summary().seconds() * 1e9;
            assertEquals(2 * (24 + 20) * pairs, operations, 0.01 * operations);
            float[] weights = result.weights("b", 69).get(0).weights();
            assertTrue(weights[29] > 0 && weights[30] == 0 && weights[69] == 0, Arrays.toString(weights));
        }
    }

    @Test
    void sparseMasksDrawnForTheLengthOfEachSequence(SparkSession spark) {
        AttentionSpec spec = GROUPED.withMask(
                Mask.bigBird(32, 1, 1, 2, 5).and(Mask.strided(64, 0).not()));
        Tokens tokens = new Tokens(spec).add("a", 1500, 1500, new Random(1)).add("b", 300, 300, new Random(2));
        try (AttentionResult result = Attention.of(spec).attend(tokens.table(spark))) {
            assertExact(tokens, result);
        }
    }

    @Test
    void aMaskThatDoesNotFitASequenceIsNamed(SparkSession spark) {
        Dataset<Row> table = new Tokens(GROUPED)
                .add("a", 20, 20, new Random(1))
                .add("b", 9, 9, new Random(2))
                .table(spark);
        for (Mask mask :
                List.of(Mask.documents(12, 8), Mask.prefix(10, 0), Mask.bySequence(Map.of("a", Mask.full())))) {
            InvalidInputException thrown =
                    assertThrows(InvalidInputException.class, () -> Attention.of(GROUPED.withMask(mask))
                            .attend(table));
            assertTrue(
                    thrown.getMessage().toLowerCase(java.util.Locale.ROOT).contains("sequence b"), thrown.getMessage());
        }
        InvalidInputException thrown = assertThrows(
                InvalidInputException.class, () -> Attention.of(GROUPED.withMask(Mask.matrix(3, 1, 1, new BitSet())))
                        .attend(table));
        assertTrue(thrown.getMessage().startsWith("A mask has 3 heads where head 3 is asked for"), thrown.getMessage());
    }

    @Test
    void scoresBeyondFloat32AreReported(SparkSession spark) {
        Dataset<Row> table = new Tokens(GROUPED)
                .add("0", 20, 20, new Random(5))
                .table(spark)
                .withColumn("query", array_repeat(lit(1e30f), 96))
                .withColumn(
                        "key",
                        array_repeat(
                                when(col("position").equalTo(7), lit(1e30f)).otherwise(lit(0f)), 48));
        InvalidInputException thrown = assertThrows(
                InvalidInputException.class, () -> Attention.of(GROUPED).attend(table));
        assertTrue(thrown.getMessage().startsWith("The scores of position 7 in head 0 overflow"), thrown.getMessage());
    }
}
