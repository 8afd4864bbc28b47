package foco.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.analysis.HeadScope;
import foco.driver.analysis.HeadStatistic;
import foco.driver.analysis.QueryStatistic;
import foco.driver.analysis.RowSink;
import foco.driver.analysis.Statistic;
import foco.driver.analysis.SumRule;
import foco.driver.block.TokenBlocks;
import foco.driver.checkpoint.CheckpointException;
import foco.driver.settings.FocoConf;
import foco.driver.table.TokenTable;
import foco.kernels.AttentionSpec;
import foco.kernels.fold.Fold;
import foco.kernels.fold.Gatherer;
import foco.kernels.fold.Place;
import foco.kernels.fold.PositionSums;
import foco.kernels.fold.WeightTile;
import foco.testing.SparkTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How an analysis runs: its bits, its checkpoint, its plan, a program's own statistics. */
@SparkTest
class AnalysisRunsTest {

    private static final AttentionSpec SPEC = SameBitsEverywhereTest.SPEC;

    /** How many more items may begin. */
    private static final AtomicInteger LEFT = new AtomicInteger(Integer.MAX_VALUE);

    @TempDir
    private Path folder;

    /** The sum of the squares of a query's weights: a fold and a statistic of a program's own. */
    record Squares() implements Fold<PositionSums> {

        @Override
        public Gatherer<PositionSums> begin(Place place) {
            if (LEFT.getAndDecrement() <= 0) {
                throw new IllegalStateException("ended here");
            }
            double[] sums = new double[place.queries()];
            return new Gatherer<>() {
                @Override
                public void add(WeightTile tile) {
                    int first = (int) (tile.firstQuery() - place.firstQuery());
                    for (int r = 0; r < tile.rows(); r++) {
                        for (int i = 0; i < tile.queries(); i++) {
                            float weight = tile.weights()[tile.at(r) + i];
                            sums[first + i] += (double) weight * weight;
                        }
                    }
                }

                @Override
                public PositionSums result() {
                    return new PositionSums(place.firstQuery(), 1, sums);
                }
            };
        }
    }

    record Focus() implements QueryStatistic<PositionSums> {

        @Override
        public String name() {
            return "focus";
        }

        @Override
        public String columns() {
            return "focus float";
        }

        @Override
        public Fold<PositionSums> fold() {
            return new Squares();
        }

        @Override
        public void rows(PositionSums found, HeadScope scope, long query, RowSink rows) {
            rows.add((float) found.get(query, 0));
        }
    }

    /** The same of a head, from the same fold. */
    record MeanFocus() implements HeadStatistic<PositionSums> {

        @Override
        public String name() {
            return "mean-focus";
        }

        @Override
        public String table() {
            return "focus";
        }

        @Override
        public String columns() {
            return "mean double";
        }

        @Override
        public Fold<PositionSums> fold() {
            return new Squares();
        }

        @Override
        public void rows(PositionSums found, HeadScope scope, RowSink rows) {
            rows.add(found.total(0) / scope.queries());
        }
    }

    private static Tokens tokens() {
        return new Tokens(SPEC).add("x", 1500, 1500, new Random(21)).add("y", 50, 50, new Random(22));
    }

    private static Map<String, List<Row>> rows(AnalysisResult result) {
        Map<String, List<Row>> all = new HashMap<>();
        result.tables().forEach(table -> all.put(table, result.table(table).collectAsList()));
        return all;
    }

    @Test
    void theBitsAreTheSameWhateverTheStrategyAndTheTasks(SparkSession spark) {
        spark.conf().set("spark.foco.block.rows", "128");
        Dataset<Row> table = tokens().table(spark);
        Map<String, List<Row>> seen = null;
        List<SumRule> rules = null;
        for (String tasks : List.of("broadcast 1", "broadcast 13", "stream 2", "stream 9", "by-sequence 2")) {
            spark.conf().set("spark.foco.strategy", tasks.split(" ")[0]);
            spark.conf().set("spark.foco.partitions", tasks.split(" ")[1]);
            try (AnalysisResult result =
                    AttentionAnalysis.of(SPEC).with(AttentionAnalysisTest.ALL).analyze(table)) {
                Map<String, List<Row>> rows = rows(result);
                assertEquals(seen == null ? rows : seen, rows, tasks);
                assertEquals(rules == null ? result.rules() : rules, result.rules(), tasks);
                long planned = result.summary().plan().strategy().memory().task();
                assertTrue(result.summary().memory().task() <= planned, tasks);
                seen = rows;
                rules = result.rules();
            }
        }
    }

    @Test
    void aStatisticOfOnesOwnIsAsGoodAsAnother(SparkSession spark) {
        spark.conf().set("spark.foco.block.rows", "128");
        Tokens.Sequence sequence = tokens().sequences().get(1);
        Tokens tokens = new Tokens(SPEC).add(sequence);
        AttentionSpec own = SPEC.forSequence("y", 50, 50);
        try (AnalysisResult result =
                AttentionAnalysis.of(SPEC).with(new Focus(), new MeanFocus()).analyze(tokens.table(spark))) {
            assertEquals(List.of("positions", "focus"), result.tables());
            List<Row> positions = result.positions().collectAsList();
            for (Row head : result.table("focus").collectAsList()) {
                DenseWeights weights = DenseWeights.of(own, head.getInt(1), sequence, sequence.k(), 50, 0);
                double mean = 0;
                for (int i = 0; i < 50; i++) {
                    double due = 0;
                    for (double p : weights.p()[i]) {
                        due += p * p;
                    }
                    mean += due / 50;
                    assertEquals(due, positions.get(50 * head.getInt(1) + i).getFloat(3), 1e-5);
                }
                assertEquals(mean, head.getDouble(2), 1e-5);
            }
        }
    }

    @Test
    void anAnalysisThatWasEndedGoesOnWhereItWas(SparkSession spark) {
        spark.conf().set("spark.foco.block.rows", "128");
        spark.conf().set("spark.foco.partitions", "12");
        Dataset<Row> table = tokens().table(spark);
        AttentionAnalysis plain =
                AttentionAnalysis.of(SPEC).with(AttentionAnalysisTest.ALL).with(new Focus());
        AttentionAnalysis kept = plain.withCheckpoint(folder.resolve("kept").toString());
        LEFT.set(23);
        try {
            assertThrows(Exception.class, () -> kept.analyze(table));
        } finally {
            LEFT.set(Integer.MAX_VALUE);
        }
        assertThrows(CheckpointException.class, () -> AttentionAnalysis.of(SPEC)
                .with(Statistic.entropy())
                .withCheckpoint(folder.resolve("kept").toString())
                .analyze(table));
        try (AnalysisResult due = plain.analyze(table);
                AnalysisResult result = kept.analyze(table)) {
            int found = result.summary().found();
            assertTrue(found > 0 && found < result.summary().items(), "found " + found);
            assertEquals(rows(due), rows(result));
            result.deleteCheckpoint();
            assertThrows(IllegalStateException.class, result::positions);
        }
        assertFalse(Files.exists(folder.resolve("kept").resolve("statistics")));
        assertFalse(Files.exists(folder.resolve("kept").resolve("attention")));
    }

    @Test
    void whatDoesNotFitIsRefusedBeforeAnythingIsComputed(SparkSession spark) {
        Dataset<Row> table = tokens().table(spark);
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> AttentionAnalysis.of(SPEC)
                .with(Statistic.topQueries(1_000_000))
                .analyze(table));
        assertTrue(refused.getMessage().contains("fewer statistics"), refused.getMessage());
        assertThrows(IllegalArgumentException.class, () -> AttentionAnalysis.of(SPEC)
                .with(Statistic.entropy(), Statistic.entropy()));
        assertThrows(
                IllegalArgumentException.class, () -> AttentionAnalysis.of(SPEC).inHeads(4));
    }

    @Test
    void blocksAreAnalyzedAsTablesAreAndNothingIsReadAfterClose(SparkSession spark) {
        Dataset<Row> table = tokens().table(spark);
        AttentionAnalysis analysis =
                AttentionAnalysis.of(SPEC).with(Statistic.entropy(), Statistic.received(), Statistic.topKeys(2));
        Dataset<Row> positions;
        try (TokenBlocks blocks =
                        TokenTable.read(table, FocoConf.of(spark), Attention.query(SPEC), Attention.key(SPEC));
                AnalysisResult ofBlocks = analysis.analyze(blocks);
                AnalysisResult ofTable = analysis.analyze(table)) {
            assertEquals(rows(ofTable), rows(ofBlocks));
            IllegalArgumentException refused =
                    assertThrows(IllegalArgumentException.class, () -> ofTable.table("links"));
            assertTrue(refused.getMessage().contains("positions, top_keys"), refused.getMessage());
            positions = ofTable.positions();
        }
        assertThrows(Exception.class, positions::collectAsList);
    }
}
