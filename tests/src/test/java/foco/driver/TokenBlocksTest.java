package foco.driver;

import static org.apache.spark.sql.functions.col;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.block.InvalidInputException;
import foco.driver.block.Sequences;
import foco.driver.block.TokenBlock;
import foco.driver.block.TokenBlocks;
import foco.driver.block.TokenSource;
import foco.driver.block.VectorColumn;
import foco.driver.metrics.AttentionJobs;
import foco.driver.settings.FocoConf;
import foco.driver.settings.StrategyKind;
import foco.driver.table.TokenTable;
import foco.kernels.AttentionSpec;
import foco.kernels.dense.RotaryEmbedding;
import foco.kernels.mask.Mask;
import foco.testing.SparkTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import scala.jdk.javaapi.CollectionConverters;

/** Blocks of tokens, from whatever source, mean the same as tables do. */
@SparkTest
class TokenBlocksTest {

    private static final AttentionSpec SPEC =
            AttentionSpec.of(2, 8).withKeyValueHeads(1).withValueWidth(12).withMask(Mask.causal());

    private static final Map<String, Long> LENGTHS = lengths();

    private static Map<String, Long> lengths() {
        Map<String, Long> lengths = new LinkedHashMap<>();
        lengths.put("a", 1700L);
        lengths.put("b", 3L);
        lengths.put("c", 250L);
        return lengths;
    }

    /** Vectors that depend on the sequence, the position and the column alone. */
    private record Drawn(Map<String, Long> lengths, List<VectorColumn> columns) implements TokenSource {

        @Override
        public Sequences sequences() {
            return Sequences.of(lengths);
        }

        @Override
        public Reader open() {
            Sequences sequences = sequences();
            return new Reader() {
                @Override
                public TokenBlock read(int sequence, long first, int rows) {
                    return block(sequences.name(sequence), first, rows);
                }

                @Override
                public void close() {}
            };
        }

        TokenBlock block(String sequence, long first, int rows) {
            float[][] vectors = new float[columns.size()][];
            for (int c = 0; c < vectors.length; c++) {
                int width = columns.get(c).elements();
                vectors[c] = new float[rows * width];
                for (int i = 0; i < rows; i++) {
                    Random random = new Random(31 * (31 * sequence.hashCode() + first + i)
                            + columns.get(c).name().hashCode());
                    for (int e = 0; e < width; e++) {
                        vectors[c][i * width + e] = (float) random.nextGaussian();
                    }
                }
            }
            return new TokenBlock(sequence, first, rows, vectors);
        }

        /** Without the first {@code past} tokens of each sequence that has more. */
        Map<String, Long> after(long past) {
            Map<String, Long> rest = new LinkedHashMap<>();
            lengths.forEach((name, length) -> rest.put(name, length - Math.min(past, length - 1)));
            return rest;
        }
    }

    private static Drawn tokens() {
        return new Drawn(LENGTHS, List.of(Attention.query(SPEC), Attention.key(SPEC), Attention.value(SPEC)));
    }

    private static TokenBlocks blocks(SparkSession spark, TokenSource source) {
        spark.conf().set("spark.foco.block.rows", "256");
        return TokenBlocks.of(spark.sparkContext(), source, FocoConf.of(spark));
    }

    @Test
    void aSourceAndItsTableAreAttendedToTheSameBits(SparkSession spark) {
        TokenBlocks source = blocks(spark, tokens());
        Dataset<Row> table = TokenTable.rows(spark, source);
        try (AttentionResult ofBlocks = Attention.of(SPEC).attend(source);
                AttentionResult ofTable = Attention.of(SPEC).attend(table);
                AttentionResult shuffled =
                        Attention.of(SPEC).attend(table.orderBy(col("position").mod(7)))) {
            assertEquals(Tokens.bits(ofBlocks), Tokens.bits(ofTable));
            assertEquals(Tokens.bits(ofBlocks), Tokens.bits(shuffled));
        }
    }

    /** What a shuffle's stages are named, where there was one. */
    private static Set<String> stages(SparkSession spark, Runnable work) {
        Set<String> rdds = ConcurrentHashMap.newKeySet();
        SparkListener listener = new SparkListener() {
            @Override
            public void onStageCompleted(SparkListenerStageCompleted event) {
                CollectionConverters.asJava(event.stageInfo().rddInfos()).forEach(rdd -> rdds.add(rdd.name()));
            }
        };
        spark.sparkContext().addSparkListener(listener);
        work.run();
        spark.range(1).count();
        assertDoesNotThrow(() -> spark.sparkContext().listenerBus().waitUntilEmpty());
        spark.sparkContext().removeSparkListener(listener);
        return rdds;
    }

    private static void attend(Dataset<Row> table) {
        try (AttentionResult result = Attention.of(SPEC).attend(table)) {
            assertEquals(1953, result.summary().tokens());
        }
    }

    @Test
    void aTableInOrderIsReadAsItLiesAndAnotherIsShuffledOnce(SparkSession spark) {
        Dataset<Row> table = TokenTable.rows(spark, blocks(spark, tokens()));
        Dataset<Row> inOrder = table.repartitionByRange(5, col("sequence"), col("position"))
                .sortWithinPartitions("sequence", "position");
        assertTrue(!stages(spark, () -> attend(inOrder)).contains(AttentionJobs.INPUT));
        Dataset<Row> mixed = table.repartition(7, col("position").mod(7));
        assertTrue(stages(spark, () -> attend(mixed)).contains(AttentionJobs.INPUT));
    }

    @Test
    void aPastOfBlocksIsPutBeforeTheKeys(SparkSession spark) {
        Drawn all = tokens();
        TokenBlocks whole = blocks(spark, all);
        Attention attention = Attention.of(SPEC).withRotary(RotaryEmbedding.of(8));
        try (AttentionResult once = attention.attend(whole)) {
            for (long past : new long[] {1, 256, 300, 1699}) {
                Map<String, Long> first = new LinkedHashMap<>();
                LENGTHS.forEach((name, length) -> first.put(name, Math.min(past, length - 1)));
                TokenBlocks before = blocks(spark, new Drawn(first, all.columns));
                TokenBlocks after = blocks(spark, new Shifted(all, first));
                try (AttentionResult earlier = attention.attend(before);
                        AttentionResult step =
                                attention.withPast(earlier.presentTokens()).attend(after)) {
                    assertRowsOf(once, step, first);
                }
            }
        }
    }

    /** The tokens after so many of each sequence. */
    private record Shifted(Drawn all, Map<String, Long> past) implements TokenSource {

        @Override
        public Sequences sequences() {
            Map<String, Long> rest = new LinkedHashMap<>();
            all.lengths.forEach((name, length) -> rest.put(name, length - past.get(name)));
            return Sequences.of(rest);
        }

        @Override
        public List<VectorColumn> columns() {
            return all.columns;
        }

        @Override
        public Reader open() {
            Sequences sequences = sequences();
            return new Reader() {
                @Override
                public TokenBlock read(int sequence, long first, int rows) {
                    String name = sequences.name(sequence);
                    TokenBlock block = all.block(name, first + past.get(name), rows);
                    return new TokenBlock(name, first, rows, block.columns());
                }

                @Override
                public void close() {}
            };
        }
    }

    private static void assertRowsOf(AttentionResult whole, AttentionResult step, Map<String, Long> past) {
        Map<String, float[]> expected = outputs(whole);
        outputs(step).forEach((place, output) -> {
            String name = place.split(" ")[0];
            long position = Long.parseLong(place.split(" ")[1]) + past.get(name);
            float[] due = expected.get(name + " " + position);
            for (int e = 0; e < due.length; e++) {
                assertEquals(due[e], output[e], 2e-6, place + ", past " + past);
            }
        });
    }

    private static Map<String, float[]> outputs(AttentionResult result) {
        Map<String, float[]> outputs = new LinkedHashMap<>();
        result.blocks().forEachRemaining(block -> {
            int width = block.output().length / block.rows();
            for (int i = 0; i < block.rows(); i++) {
                outputs.put(
                        block.sequence() + " " + (block.firstPosition() + i),
                        Arrays.copyOfRange(block.output(), i * width, (i + 1) * width));
            }
        });
        return outputs;
    }

    @Test
    void anOutputIsInputOfTheNextAndAddsUp(SparkSession spark) {
        AttentionSpec square = AttentionSpec.of(2, 8);
        Map<String, Long> lengths = new TreeMap<>(Map.of("a", 600L, "b", 3L));
        Set<Integer> seen = new HashSet<>();
        List<VectorColumn> columns = List.of(Attention.query(square), Attention.key(square), Attention.value(square));
        TokenBlocks tokens = blocks(spark, new Drawn(lengths, columns));
        for (String strategy : List.of("broadcast", "stream", "by-sequence")) {
            spark.conf().set("spark.foco.strategy", strategy);
            TokenBlocks own = blocks(spark, new Drawn(lengths, columns));
            try (AttentionResult first = Attention.of(square).attend(own)) {
                TokenBlocks next = first.tokens().plus(own.select("query")).map(columns, block ->
                        new float[][] {block.columns()[0], block.columns()[0], block.columns()[0]});
                try (AttentionResult second = Attention.of(square).attend(next)) {
                    if (seen.isEmpty()) {
                        seen.add(expected(spark, tokens, first));
                    }
                    seen.add(Tokens.bits(second));
                    assertEquals(1, seen.size(), strategy);
                }
            }
        }
        assertThrows(
                IllegalArgumentException.class, () -> tokens.plus(blocks(spark, new Drawn(Map.of("a", 3L), columns))));
    }

    /** The same by way of a table, whose rows are added up one by one. */
    private static int expected(SparkSession spark, TokenBlocks tokens, AttentionResult first) {
        Dataset<Row> sum = TokenTable.rows(spark, first.tokens())
                .withColumnRenamed("sequence", "s")
                .withColumnRenamed("position", "p")
                .join(
                        TokenTable.rows(spark, tokens),
                        col("s").equalTo(col("sequence")).and(col("p").equalTo(col("position"))))
                .selectExpr("sequence", "position", "zip_with(output, query, (x, y) -> x + y) as query")
                .selectExpr("sequence", "position", "query", "query as key", "query as value");
        try (AttentionResult second = Attention.of(AttentionSpec.of(2, 8)).attend(sum)) {
            return Tokens.bits(second);
        }
    }

    @Test
    void manySequencesGoToTasksWholeWithTheSameBits(SparkSession spark) {
        Map<String, Long> lengths = new LinkedHashMap<>();
        Random random = new Random(5);
        for (int s = 0; s < 300; s++) {
            lengths.put("t%03d".formatted(s), 1L + random.nextInt(s % 50 == 0 ? 900 : 90));
        }
        Drawn drawn = new Drawn(lengths, tokens().columns);
        spark.conf().set("spark.foco.strategy", "auto");
        try (AttentionResult bySequence = Attention.of(SPEC).attend(blocks(spark, drawn))) {
            assertEquals(
                    StrategyKind.BY_SEQUENCE,
                    bySequence.summary().plan().strategy().kind());
            spark.conf().set("spark.foco.strategy", "broadcast");
            TokenBlocks all = blocks(spark, drawn);
            try (AttentionResult broadcast = Attention.of(SPEC).attend(all)) {
                assertEquals(Tokens.bits(broadcast), Tokens.bits(bySequence));
            }
            spark.conf().set("spark.foco.strategy", "by-sequence");
            try (AttentionResult apart = Attention.of(SPEC)
                    .attend(
                            blocks(spark, drawn).select("query"),
                            blocks(spark, drawn).select("key", "value"))) {
                assertEquals(Tokens.bits(apart), Tokens.bits(bySequence));
            }
        }
    }

    /** Something is wrong with two blocks of the first sequence and with the others. */
    private record Faulty(Drawn good) implements TokenSource {

        @Override
        public Sequences sequences() {
            return good.sequences();
        }

        @Override
        public List<VectorColumn> columns() {
            return good.columns;
        }

        @Override
        public Reader open() {
            return new Reader() {
                @Override
                public TokenBlock read(int sequence, long first, int rows) throws IOException {
                    TokenBlock block = good.open().read(sequence, first, rows);
                    String fault = sequence > 0 || first > 512 ? "later" : first == 512 ? "a NaN in a" : "";
                    return new TokenBlock(block.sequence(), first, rows, block.columns(), new long[0], fault);
                }

                @Override
                public void close() {}
            };
        }
    }

    @Test
    void aFaultOfASourceIsToldAsItSaysBeforeAnythingIsComputed(SparkSession spark) {
        InvalidInputException thrown = assertThrows(
                InvalidInputException.class, () -> Attention.of(SPEC).attend(blocks(spark, new Faulty(tokens()))));
        assertEquals("a NaN in a", thrown.getMessage());
    }

    @Test
    void blocksAreSerializedInBulkAndWhole(SparkSession spark) {
        List<TokenBlock> sent = new ArrayList<>(blocks(spark, tokens()).blocks().collect());
        assertEquals(9, sent.size());
        for (TokenBlock block : sent) {
            TokenBlock due = tokens().block(block.sequence(), block.firstPosition(), block.rows());
            for (int c = 0; c < 3; c++) {
                assertArrayEquals(due.columns()[c], block.columns()[c]);
            }
        }
    }
}
