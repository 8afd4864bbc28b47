package foco.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import foco.testing.SparkTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two heads over a text whose second half repeats its first: one looks for what followed an earlier like token, the other for
 * nothing. Each key of the first head says which token came before it, and each query which token it is. As in a decoder, no token
 * sees what comes after it: the next one would be as good.
 */
@SparkTest
class InductionTest {

    private static final int WORDS = 100;
    private static final int WIDTH = 48;
    private static final double SHARPNESS = 12;

    @TempDir
    private Path folder;

    /** Which word each token is. */
    private static List<Integer> repeated() {
        List<Integer> words = new ArrayList<>();
        IntStream.range(0, 2 * WORDS).forEach(i -> words.add(i % WORDS));
        return words;
    }

    private AnalyzedText analyze(SparkSession spark, String name, List<Integer> words, List<Integer> before)
            throws IOException {
        Random random = new Random(11);
        double[][] directions = new double[WORDS + 1][WIDTH];
        for (double[] direction : directions) {
            double length = 0;
            for (int e = 0; e < WIDTH; e++) {
                direction[e] = random.nextGaussian();
                length += direction[e] * direction[e];
            }
            for (int e = 0; e < WIDTH; e++) {
                direction[e] /= Math.sqrt(length);
            }
        }
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            List<Float> query = new ArrayList<>();
            List<Float> key = new ArrayList<>();
            for (int head = 0; head < 2; head++) {
                for (int e = 0; e < WIDTH; e++) {
                    double looks = head == 0 ? directions[words.get(i)][e] * SHARPNESS * Math.sqrt(WIDTH) : 0;
                    query.add((float) looks);
                    key.add((float) directions[before.get(i)][e]);
                }
            }
            rows.add(RowFactory.create((long) i, "w" + words.get(i), query, key));
        }
        Path table = folder.resolve(name + ".parquet");
        var vector = DataTypes.createArrayType(DataTypes.FloatType, false);
        spark.createDataFrame(
                        rows,
                        new StructType()
                                .add("position", DataTypes.LongType)
                                .add("token", DataTypes.StringType)
                                .add("query", vector)
                                .add("key", vector))
                .write()
                .parquet(table.toString());
        Path out = folder.resolve(name);
        return new AnalyzedText(
                out,
                AnalyzedText.run(
                        0,
                        "analyze",
                        "--input",
                        table.toString(),
                        "--heads",
                        "2",
                        "--causal",
                        "--output",
                        out.toString()));
    }

    private static Row head(AnalyzedText analyzed, SparkSession spark, int head) {
        return analyzed.table(spark, "heads").where("head = " + head).head();
    }

    @Test
    void itIsFoundWhereItWasPlantedAndNowhereInTheShuffledControl(SparkSession spark) throws IOException {
        List<Integer> words = repeated();
        List<Integer> before = new ArrayList<>(List.of(WORDS));
        before.addAll(words.subList(0, words.size() - 1));
        AnalyzedText planted = analyze(spark, "planted", words, before);
        assertEquals("induction", head(planted, spark, 1).getAs("kind"));
        assertTrue(head(planted, spark, 1).<Double>getAs("induction") > 0.95);
        assertTrue(head(planted, spark, 2).<Double>getAs("induction") < 0.02);
        assertEquals(WORDS, planted.table(spark, "repeats").where("head = 1").count());
        JsonNode document =
                new ObjectMapper().readTree(Files.readString(planted.folder().resolve("analysis.json")));
        boolean said = false;
        for (JsonNode finding : document.get("findings")) {
            said |= finding.get("text")
                    .asText()
                    .matches(
                            "1 of 2 heads is mostly on what followed an earlier like token: \\d+% of the weight in layer 1, head 1, .*");
        }
        assertTrue(said, document.get("findings").toString());

        List<Integer> shuffled = new ArrayList<>(before);
        Collections.shuffle(shuffled, new Random(12));
        AnalyzedText control = analyze(spark, "control", words, shuffled);
        for (int head = 1; head <= 2; head++) {
            assertTrue(head(control, spark, head).<Double>getAs("induction") < 0.05, "head " + head);
            assertTrue(!"induction".equals(head(control, spark, head).getAs("kind")), "head " + head);
        }
    }
}
