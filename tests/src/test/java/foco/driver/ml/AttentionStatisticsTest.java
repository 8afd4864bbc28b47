package foco.driver.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.testing.SparkTest;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SparkTest(conf = "spark.sql.extensions=foco.driver.sql.FocoExtensions")
class AttentionStatisticsTest {

    private static final int WIDTH = 4;

    @TempDir
    private Path folder;

    private static AttentionStatistics stage() {
        return new AttentionStatistics()
                .setQueryCol("q")
                .setKeyCol("k")
                .setPositionCol("place")
                .setSequenceCol("sequence")
                .setSpec("heads 2, causal");
    }

    private static Dataset<Row> tokens(SparkSession spark, String kind) {
        return StageTables.tokens(spark, kind, Map.of("q", 2 * WIDTH, "k", 2 * WIDTH));
    }

    /** A token's weights over those up to itself, in float64. */
    private static double[] weights(
            Map<String, float[]> q, Map<String, float[]> k, String sequence, int place, int head) {
        double[] weights = new double[place + 1];
        double sum = 0;
        for (int j = 0; j <= place; j++) {
            double dot = 0;
            for (int c = head * WIDTH; c < (head + 1) * WIDTH; c++) {
                dot += (double) q.get("%s %d ".formatted(sequence, place))[c]
                        * k.get("%s %d ".formatted(sequence, j))[c];
            }
            weights[j] = Math.exp(dot / Math.sqrt(WIDTH));
            sum += weights[j];
        }
        for (int j = 0; j <= place; j++) {
            weights[j] /= sum;
        }
        return weights;
    }

    @ParameterizedTest
    @ValueSource(strings = {"vector", "array<float>", "array<double>"})
    void eachTokenAndHeadHasARowWithWhatTheFormulasSay(String kind, SparkSession spark) {
        Dataset<Row> tokens = tokens(spark, kind);
        Dataset<Row> out = stage().transform(tokens);
        assertEquals(
                stage().transformSchema(tokens.schema()).simpleString(),
                out.schema().simpleString());
        Map<String, float[]> q = StageTables.vectors(tokens, "q", "sequence", "place");
        Map<String, float[]> k = StageTables.vectors(tokens, "k", "sequence", "place");
        Map<String, Double> received = new HashMap<>();
        q.keySet().forEach(key -> {
            String sequence = key.split(" ")[0];
            int place = Integer.parseInt(key.split(" ")[1]);
            for (int head = 0; head < 2; head++) {
                double[] weights = weights(q, k, sequence, place, head);
                for (int j = 0; j <= place; j++) {
                    received.merge("%s %d %d".formatted(sequence, j, head), weights[j], Double::sum);
                }
            }
        });
        List<Row> rows = out.collectAsList();
        assertEquals(2 * 47, rows.size());
        for (Row row : rows) {
            String sequence = row.getAs("sequence");
            int place = row.getAs("place");
            int head = row.getAs("head");
            double entropy = 0;
            double distance = 0;
            double[] weights = weights(q, k, sequence, place, head);
            for (int j = 0; j <= place; j++) {
                entropy -= weights[j] * Math.log(weights[j]);
                distance += weights[j] * (j - place);
            }
            assertEquals(entropy, row.<Float>getAs("entropy"), 1e-5);
            assertEquals(distance, row.<Float>getAs("distance"), 1e-4);
            assertEquals(weights[place], row.<Float>getAs("self"), 1e-5);
            assertEquals(received.get("%s %d %d".formatted(sequence, place, head)), row.<Float>getAs("received"), 1e-4);
            assertEquals("note " + (sequence.equals("a") ? place : place + 30), row.getAs("note"));
        }
    }

    @Test
    void aStageIsDocumentedCopiedSavedAndLoadedAndRefusesWhatCannotBe(SparkSession spark) throws Exception {
        AttentionStatistics stage = stage().setStatistics("entropy, received");
        StageTables.assertParams(stage);
        stage.save(folder.resolve("stage").toString());
        AttentionStatistics loaded =
                AttentionStatistics.load(folder.resolve("stage").toString());
        assertEquals(stage.explainParams(), loaded.explainParams());
        Dataset<Row> tokens = tokens(spark, "array<float>");
        assertTrue(
                loaded.transformSchema(tokens.schema())
                        .simpleString()
                        .endsWith("head:int,entropy:float,received:float>"),
                loaded.transformSchema(tokens.schema()).simpleString());
        StageTables.assertRefused("statistics", () -> stage().setStatistics("entropie"));
        StageTables.assertRefused(
                "there is a column entropy already; drop it, or set statistics to another name",
                () -> stage().transformSchema(
                                tokens.withColumnRenamed("note", "entropy").schema()));
    }

    @Test
    void theyAreATableFunctionToo(SparkSession spark) {
        tokens(spark, "array<float>").createOrReplaceTempView("counted");
        Dataset<Row> rows = spark.sql(
                "SELECT sequence, place, head, entropy FROM foco_attention_statistics('counted', 'heads 2, causal',"
                        + " 'statistics=entropy', 'queryCol=q', 'keyCol=k', 'positionCol=place')"
                        + " ORDER BY sequence, place, head");
        Dataset<Row> expected = stage().transform(tokens(spark, "array<float>"))
                .select("sequence", "place", "head", "entropy")
                .orderBy("sequence", "place", "head");
        assertEquals(expected.collectAsList(), rows.collectAsList());
    }
}
