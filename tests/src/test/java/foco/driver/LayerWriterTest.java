package foco.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.analysis.Statistic;
import foco.driver.analysis.layer.FigureRequest;
import foco.driver.analysis.layer.LayerFigures;
import foco.driver.analysis.layer.LayerWriter;
import foco.kernels.AttentionSpec;
import foco.kernels.fold.Entropy;
import foco.testing.SparkTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.spark.SparkException;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All tables of a layer, written in one job whose tasks fail at first. */
@SparkTest(ownSession = true, master = "local[2,3]")
class LayerWriterTest {

    private static final int N = 600;
    private static final int HEADS = 3;
    private static final int SEEN = 555;
    private static final AttentionSpec SPEC = AttentionSpec.of(HEADS, 8);
    private static final AtomicInteger FAILURES = new AtomicInteger();

    @TempDir
    private Path folder;

    private org.apache.hadoop.fs.Path draft() {
        return new org.apache.hadoop.fs.Path(folder.toUri());
    }

    private static FigureRequest request() {
        int[] seen = new int[N];
        Arrays.fill(seen, SEEN);
        return new FigureRequest(4, seen, 1, new BitSet());
    }

    /** The mass of a query, in the first attempts of a task until it comes to a query of the last block. */
    private static Statistic<?> failing(int attempts) {
        return Statistic.ofQueries("focus", new Entropy(), (sums, query) -> {
            if (query == N - 7 && TaskContext.get().attemptNumber() < attempts) {
                FAILURES.incrementAndGet();
                throw new IllegalStateException(
                        "of attempt " + TaskContext.get().attemptNumber());
            }
            return sums.get(query, Entropy.MASS);
        });
    }

    private AnalysisResult analyze(SparkSession spark, Statistic<?> statistic) {
        spark.conf().set("spark.foco.block.rows", "128");
        return AttentionAnalysis.of(SPEC)
                .with(statistic, Statistic.received(), Statistic.topKeys(3), Statistic.links(5, N))
                .with(Statistic.rows(1, N - 2), Statistic.topQueries(200)) // enough for several partitions
                .analyze(new Tokens(SPEC).add("a", N, N, new Random(8)).table(spark));
    }

    private List<Row> rows(SparkSession spark, String table) {
        return spark.read()
                .parquet(folder.resolve(table).toString())
                .orderBy("head", "position")
                .collectAsList();
    }

    @Test
    void whatAFailedTaskHasWrittenIsNotThere(SparkSession spark) throws IOException {
        FAILURES.set(0);
        try (AnalysisResult result = analyze(spark, failing(1))) {
            LayerFigures figures =
                    new LayerWriter(spark.sparkContext(), draft()).write(result, HEADS, 2, request(), 0.5);
            assertEquals(2, FAILURES.get(), "a failure of each task");
            for (String table : List.of("positions", "top_keys", "rows")) {
                try (Stream<Path> files = Files.list(folder.resolve(table))) {
                    List<String> names = files.map(file -> file.getFileName().toString())
                            .filter(name -> !name.startsWith("."))
                            .toList();
                    assertEquals(2, names.size(), table + ": " + names);
                }
            }
            List<Row> due = result.positions()
                    .selectExpr("head + 1 AS head", "position", "focus", "received")
                    .orderBy("head", "position")
                    .collectAsList();
            assertEquals(due, rows(spark, "positions"));
            assertEquals(
                    result.table("top_keys")
                            .selectExpr("head + 1 AS head", "position", "rank", "key", "weight")
                            .orderBy("head", "position")
                            .collectAsList(),
                    rows(spark, "top_keys"));
            assertEquals(
                    List.of("head", "rank", "query", "key", "weight", "distance"),
                    List.of(spark.read()
                            .parquet(folder.resolve("links").toString())
                            .columns()),
                    "no link is so long, and the table is there");
            double[] received = new double[N];
            due.forEach(row -> received[row.getInt(1)] += row.getFloat(3));
            for (int i = 0; i < N; i++) {
                assertEquals(received[i], figures.received()[i], 1e-12);
            }
            assertEquals(HEADS, figures.heads().size());
            assertTrue(Double.isNaN(figures.heads().get(0).entropy()), "that was not asked for");
        }
    }

    @Test
    void aTaskThatKeepsFailingFailsWithItsReason(SparkSession spark) {
        try (AnalysisResult result = analyze(spark, failing(3))) {
            LayerWriter writer = new LayerWriter(spark.sparkContext(), draft());
            SparkException failure =
                    assertThrows(SparkException.class, () -> writer.write(result, HEADS, 1, request(), 0.5));
            assertTrue(failure.getMessage().contains("of attempt 2"), failure.getMessage());
        }
    }
}
