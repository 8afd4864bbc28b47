package foco.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.analysis.Statistic;
import foco.driver.analysis.SumRule;
import foco.kernels.AttentionSpec;
import foco.kernels.mask.Mask;
import foco.kernels.score.ScoreModifier;
import foco.testing.SparkTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every statistic against all weights in float64, by every strategy. */
@SparkTest
class AttentionAnalysisTest {

    /** Of a mass of 1; of larger sums relative. */
    private static final double TOLERANCE = 1e-5;

    private static final int MOST = 4;
    private static final int NEAR = 5;
    private static final int FLOOR = 20;
    private static final int LINKS = 12;
    private static final int EVERY = 8;
    private static final long[] SECTIONS = {0, 40, 41, 200, 290};
    private static final long[] CHOSEN = {0, 3, 130, 299};
    private static final BitSet SET = BitSet.valueOf(new long[] {0x8421, 1, 0, -1L << 60});

    static final Statistic<?>[] ALL = {
        Statistic.entropy(),
        Statistic.distances(),
        Statistic.nearness(NEAR),
        Statistic.massOnFirst("first", 3),
        Statistic.massOn("separators", SET),
        Statistic.keysForMass(EVERY),
        Statistic.received(),
        Statistic.topKeys(MOST),
        Statistic.topQueries(MOST),
        Statistic.rows(CHOSEN),
        Statistic.distanceHistogram(NEAR),
        Statistic.sectionMap("section", SECTIONS),
        Statistic.sectionMap("half", 0, 150),
        Statistic.links(LINKS, FLOOR)
    };

    private static final AttentionSpec PLAIN = AttentionSpec.of(4, 20).withKeyValueHeads(2);

    private static final List<AttentionSpec> SPECS = List.of(
            PLAIN,
            PLAIN.withMask(Mask.causal()).withSinks(1.5f, -1, 0, 2).withScores(ScoreModifier.softCap(2)),
            PLAIN.withMask(Mask.window(40, 3)).withScores(ScoreModifier.alibi(4)),
            PLAIN.withMask(Mask.causal().and((head, query, key) -> query % 7 != 3 && (query * 31 + key * 17) % 5 < 2))
                    .withScale(1.5));

    private static void settings(SparkSession spark, String strategy) {
        spark.conf().set("spark.foco.block.rows", "128");
        spark.conf().set("spark.foco.strategy", strategy);
    }

    /** The dense weights of each sequence's heads. */
    private static Map<String, List<DenseWeights>> dense(AttentionSpec spec, Tokens tokens) {
        Map<String, List<DenseWeights>> all = new HashMap<>();
        for (Tokens.Sequence sequence : tokens.sequences()) {
            AttentionSpec own = spec.forSequence(sequence.name(), sequence.queries(), sequence.keys());
            List<DenseWeights> heads = new ArrayList<>();
            for (int head = 0; head < spec.heads(); head++) {
                heads.add(DenseWeights.of(own, head, sequence, sequence.k(), sequence.keys(), 0));
            }
            all.put(sequence.name(), heads);
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(strings = {"broadcast", "stream", "by-sequence", "split-keys"})
    void everyStatisticIsThatOfTheWholeMatrix(String strategy, SparkSession spark) {
        settings(spark, strategy);
        for (AttentionSpec spec : SPECS) {
            Tokens tokens = new Tokens(spec).add("a", 300, 300, new Random(1)).add("b", 9, 9, new Random(2));
            try (AnalysisResult result = AttentionAnalysis.of(spec).with(ALL).analyze(tokens.table(spark))) {
                check(result, dense(spec, tokens), spec.heads());
                assertTrue(result.rules().stream().allMatch(SumRule::holds));
            }
        }
    }

    /** 17 blocks of queries, 2 of them in a run, the last run shorter. */
    @Test
    void runsOfSeveralBlocksMergeWhatTheyFind(SparkSession spark) {
        AttentionSpec spec = AttentionSpec.of(1, 8).withMask(Mask.causal());
        Tokens tokens = new Tokens(spec).add("a", 2100, 2100, new Random(3));
        for (String strategy : List.of("broadcast", "stream")) {
            settings(spark, strategy);
            try (AnalysisResult result = AttentionAnalysis.of(spec).with(ALL).analyze(tokens.table(spark))) {
                assertEquals(9, result.summary().items());
                check(result, dense(spec, tokens), 1);
            }
        }
    }

    @Test
    void queriesAfterAPastStandWhereTheyDo(SparkSession spark) {
        AttentionSpec spec = PLAIN.withMask(Mask.causal()).withScores(ScoreModifier.alibi(4));
        int past = 200;
        Tokens before = new Tokens(spec).add("a", past, past, new Random(4));
        Tokens tokens = new Tokens(spec).add("a", 300, 300, new Random(5));
        Tokens.Sequence own = tokens.sequences().get(0);
        float[] keys = Arrays.copyOf(before.sequences().get(0).k(), (past + 300) * spec.keyRowWidth());
        System.arraycopy(own.k(), 0, keys, past * spec.keyRowWidth(), own.k().length);
        List<DenseWeights> heads = new ArrayList<>();
        for (int head = 0; head < spec.heads(); head++) {
            heads.add(DenseWeights.of(spec.shifted(past), head, own, keys, past + 300, past));
        }
        for (String strategy : List.of("broadcast", "stream", "by-sequence", "split-keys")) {
            settings(spark, strategy);
            Attention attention = Attention.of(spec).withPast(before.keysAndValues(spark));
            try (AnalysisResult result =
                    AttentionAnalysis.of(attention).with(ALL).analyze(tokens.table(spark))) {
                assertTrue(result.tables().contains("keys"), result.tables().toString());
                check(result, Map.of("a", heads), spec.heads());
            }
        }
    }

    @Test
    void someHeadsAloneAndAttentionThatIsThere(SparkSession spark) {
        settings(spark, "auto");
        Tokens tokens = new Tokens(SPECS.get(1)).add("a", 300, 300, new Random(6));
        Dataset<Row> withoutValues = tokens.table(spark).drop("value");
        try (AttentionResult attended = Attention.of(SPECS.get(1)).attend(tokens.table(spark));
                AnalysisResult over = AttentionAnalysis.of(SPECS.get(1))
                        .inHeads(1, 3)
                        .with(ALL)
                        .analyze(attended);
                AnalysisResult own = AttentionAnalysis.of(SPECS.get(1))
                        .inHeads(3, 1)
                        .with(ALL)
                        .analyze(withoutValues)) {
            check(over, dense(SPECS.get(1), tokens), 2);
            for (String table : over.tables()) {
                assertEquals(over.table(table).collectAsList(), own.table(table).collectAsList(), table);
            }
        }
    }

    private static void check(AnalysisResult result, Map<String, List<DenseWeights>> dense, int heads) {
        checkPositions(result, dense, heads);
        checkTops(result.table("top_keys"), "key", dense, (weights, i) -> weights.p()[i]);
        checkTops(result.table("top_queries"), "query", dense, DenseWeights::column);
        checkHeads(result, dense);
        for (Row row : result.table("rows").collectAsList()) {
            List<Float> found = row.getList(3);
            double[] due = weights(dense, row).p()[row.getInt(2)];
            for (int j = 0; j < due.length; j++) {
                assertNear(due[j], found.get(j), row.getInt(2) + " " + j);
            }
        }
    }

    private static DenseWeights weights(Map<String, List<DenseWeights>> dense, Row row) {
        return dense.get(row.getString(0)).get(row.getInt(1));
    }

    private static void assertNear(double due, double found, String what) {
        assertEquals(due, found, TOLERANCE * Math.max(1, Math.abs(due)), what);
    }

    private static void checkPositions(AnalysisResult result, Map<String, List<DenseWeights>> dense, int heads) {
        List<Row> rows = result.positions().collectAsList();
        long due =
                dense.values().stream().mapToLong(all -> all.get(0).queries()).sum() * heads;
        assertEquals(due, rows.size());
        assertInOrder(rows);
        for (Row row : rows) {
            DenseWeights weights = weights(dense, row);
            int i = row.getInt(2);
            Function<String, Float> found = column -> row.<Float>getAs(column);
            double[] p = weights.p()[i];
            double signed = 0;
            double absolute = 0;
            double set = 0;
            for (int j = 0; j < p.length; j++) {
                signed += p[j] * weights.distance(i, j);
                absolute += p[j] * Math.abs(weights.distance(i, j));
                set += SET.get(j) ? p[j] : 0;
            }
            assertNear(weights.entropy(i), found.apply("entropy"), "entropy");
            assertEquals(signed, found.apply("distance"), TOLERANCE * Math.max(1, absolute));
            assertNear(absolute, found.apply("distance_absolute"), "absolute distance");
            assertNear(weights.within(i, 0, 0), found.apply("self"), "self");
            assertNear(weights.within(i, -1, -1), found.apply("previous"), "previous");
            assertNear(weights.within(i, 1, 1), found.apply("next"), "next");
            assertNear(weights.within(i, -NEAR, NEAR), found.apply("near"), "near");
            assertNear(p[0] + p[1] + p[2], found.apply("first"), "first");
            assertNear(set, found.apply("separators"), "separators");
            if (i % EVERY == 0) {
                assertNeeded(weights, i, 0.5, found.apply("keys_half"));
                assertNeeded(weights, i, 0.9, found.apply("keys_90"));
            } else {
                assertTrue(row.isNullAt(row.fieldIndex("keys_half")));
            }
        }
        checkReceived(result, dense);
    }

    /** The mean of two bounds, the one at most twice the other. */
    private static void assertNeeded(DenseWeights weights, int query, double part, float found) {
        double least = weights.needed(query, part - TOLERANCE);
        double most = weights.needed(query, part + TOLERANCE);
        assertTrue(found >= 0.75 * least - 0.5 && found <= 1.5 * most + 0.5, found + " for " + least + " to " + most);
    }

    private static void checkReceived(AnalysisResult result, Map<String, List<DenseWeights>> dense) {
        String table = result.tables().contains("keys") ? "keys" : "positions";
        List<Row> rows = result.table(table).collectAsList();
        assertInOrder(rows);
        for (Row row : rows) {
            double due =
                    Arrays.stream(weights(dense, row).column(row.getInt(2))).sum();
            assertNear(due, row.<Float>getAs("received"), "received");
        }
    }

    /** Of sequences, heads, positions. */
    private static void assertInOrder(List<Row> rows) {
        List<Row> sorted = new ArrayList<>(rows);
        sorted.sort(Comparator.<Row, String>comparing(row -> row.getString(0))
                .thenComparing(row -> row.getInt(1))
                .thenComparing(row -> row.getInt(2)));
        assertEquals(sorted, rows);
    }

    /** The weights that a position has with others. */
    private interface Others {
        double[] of(DenseWeights weights, int position);
    }

    private static void checkTops(
            Dataset<Row> table, String other, Map<String, List<DenseWeights>> dense, Others others) {
        List<Row> rows = table.collectAsList();
        assertTrue(rows.size() > 0);
        assertInOrder(rows);
        double[] all = {};
        double[] sorted = {};
        for (Row row : rows) {
            if (row.getInt(3) == 1) {
                all = others.of(weights(dense, row), row.getInt(2));
                sorted = Arrays.stream(all).sorted().toArray();
            }
            int rank = row.getInt(3);
            float weight = row.<Float>getAs("weight");
            assertTrue(rank >= 1 && rank <= MOST);
            assertEquals(sorted[sorted.length - rank], weight, TOLERANCE * weight + 1e-30);
            assertEquals(all[row.<Integer>getAs(other)], weight, TOLERANCE * weight + 1e-30);
        }
    }

    private static void checkHeads(AnalysisResult result, Map<String, List<DenseWeights>> dense) {
        for (Row row : result.table("distances").collectAsList()) {
            DenseWeights weights = weights(dense, row);
            long low = row.getLong(3);
            long high = row.getLong(4);
            double due = 0;
            for (int i = 0; i < weights.queries(); i++) {
                due += row.getString(2).equals("back")
                        ? weights.within(i, 1 - high, -low)
                        : weights.within(i, low, high - 1);
            }
            assertNear(due, row.getDouble(5), row.toString());
        }
        for (Row row : result.table("section_map").collectAsList()) {
            long[] starts = row.getString(2).equals("section") ? SECTIONS : new long[] {0, 150};
            DenseWeights weights = weights(dense, row);
            double due = 0;
            for (int i = start(starts, row.getInt(3)); i < end(starts, row.getInt(3), weights.queries()); i++) {
                for (int j = start(starts, row.getInt(4)); j < end(starts, row.getInt(4), weights.keys()); j++) {
                    due += weights.p()[i][j];
                }
            }
            assertNear(due, row.getDouble(5), row.toString());
        }
        checkLinks(result.table("links").collectAsList(), dense);
    }

    private static int start(long[] starts, int section) {
        return (int) starts[section];
    }

    private static int end(long[] starts, int section, int positions) {
        return section + 1 < starts.length ? (int) Math.min(positions, starts[section + 1]) : positions;
    }

    private static void checkLinks(List<Row> rows, Map<String, List<DenseWeights>> dense) {
        Map<DenseWeights, double[]> sorted = new HashMap<>();
        for (Row row : rows) {
            DenseWeights weights = weights(dense, row);
            double[] far = sorted.computeIfAbsent(weights, AttentionAnalysisTest::farWeights);
            int query = row.<Integer>getAs("query");
            int key = row.<Integer>getAs("key");
            float weight = row.<Float>getAs("weight");
            assertEquals(weights.p()[query][key], weight, TOLERANCE * weight);
            assertEquals(far[far.length - row.<Integer>getAs("rank")], weight, TOLERANCE * weight);
            assertEquals(
                    weights.distance(query, key), row.<Integer>getAs("distance").longValue());
            assertTrue(Math.abs(weights.distance(query, key)) >= FLOOR);
        }
        assertTrue(sorted.size() > 0);
    }

    private static double[] farWeights(DenseWeights weights) {
        List<Double> far = new ArrayList<>();
        for (int i = 0; i < weights.queries(); i++) {
            for (int j = 0; j < weights.keys(); j++) {
                if (Math.abs(weights.distance(i, j)) >= FLOOR) {
                    far.add(weights.p()[i][j]);
                }
            }
        }
        return far.stream().mapToDouble(w -> w).sorted().toArray();
    }
}
