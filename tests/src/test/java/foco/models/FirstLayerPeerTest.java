package foco.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.AttentionResult;
import foco.driver.layer.RowKernel;
import foco.driver.text.Token;
import foco.driver.text.Tokenizer;
import foco.driver.weights.AttentionWeights;
import foco.testing.SparkTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * From token ids to the output of W_O, against the same model run by ONNX Runtime: an implementation by others of
 * embeddings, projections and attention, and with it of how the weights are to be read.
 */
@SparkTest
class FirstLayerPeerTest {
    private static final String EMBEDDINGS = "/embeddings/LayerNorm/Add_1_output_0";
    private static final String LAYER = "/encoder/layer.0/attention/";
    private static final String QUERY = LAYER + "self/query/Add_output_0";
    private static final String KEY = LAYER + "self/key/Add_output_0";
    private static final String VALUE = LAYER + "self/value/Add_output_0";
    private static final String WEIGHTS = LAYER + "self/Softmax_output_0";
    private static final String HEADS = LAYER + "self/Reshape_3_output_0";
    private static final String OUTPUT = LAYER + "output/dense/Add_output_0";

    /** Both sides compute in float32, in unlike orders. */
    private static final double TOLERANCE = 1e-5;
    /** Softmax makes a score's absolute rounding a weight's relative one, on both sides; measured: 4e-5. */
    private static final double AFTER_SOFTMAX = 1e-4;

    private static final int HEAD_COUNT = 12;
    private static final int PLACES = 512;

    private static MiniLmFirstLayer model;
    private static float[] places;
    private static int[] ids;
    private static Map<String, float[]> peer;

    @BeforeAll
    static void runThePeer() throws Exception {
        model = MiniLmFirstLayer.load();
        // The essay as one paragraph, of which the first 512 places are what the model can see at once.
        String text = Essay.text().replaceAll("\\s+", " ");
        List<Token> tokens = tokens(text);
        ids = tokens.stream().mapToInt(Token::id).toArray();
        places = new float[ids.length];
        for (int i = 0; i < places.length; i++) {
            places[i] = tokens.get(i).place();
        }
        assertTrue(ids.length > 400 && ids.length <= PLACES, ids.length + " tokens");
        try (OnnxRuntimeModel runtime =
                new OnnxRuntimeModel(List.of(EMBEDDINGS, QUERY, KEY, VALUE, WEIGHTS, HEADS, OUTPUT))) {
            peer = runtime.run(ids);
        }
    }

    private static List<Token> tokens(String text) {
        try (Tokenizer tokenizer = model.model().tokenizer()) {
            return tokenizer.paragraphs(text, PLACES).tokens().stream()
                    .filter(token -> token.paragraph() == 0)
                    .toList();
        }
    }

    @AfterAll
    static void letGo() {
        model = null;
        peer = null;
    }

    @Test
    void embeddingsAreThePeers() {
        assertClose(EMBEDDINGS, embeddings());
    }

    @Test
    void queriesKeysAndValuesAreThePeers(SparkSession spark) {
        List<Row> rows =
                model.attention().project(table(spark)).orderBy("position").collectAsList();
        assertClose(QUERY, column(rows, "query"));
        assertClose(KEY, column(rows, "key"));
        assertClose(VALUE, column(rows, "value"));
    }

    @Test
    void attentionOfAllHeadsAndItsProjectionAreThePeers(SparkSession spark) {
        try (AttentionResult result = model.attention().attend(model.attention().project(table(spark)))) {
            assertClose(
                    AFTER_SOFTMAX,
                    HEADS,
                    column(result.rows().orderBy("position").collectAsList(), "output"));
            assertClose(
                    AFTER_SOFTMAX,
                    OUTPUT,
                    column(model.attention().output(result).orderBy("position").collectAsList(), "output"));
        }
    }

    @Test
    void weightsOfEveryHeadAreThePeers(SparkSession spark) {
        int n = ids.length;
        long[] positions = {0, 1, n / 2, n - 1};
        try (AttentionResult result = model.attention().attend(model.attention().project(table(spark)))) {
            List<AttentionWeights> rows = result.weights("0", positions);
            assertEquals(positions.length * HEAD_COUNT, rows.size());
            for (AttentionWeights row : rows) {
                int from = (row.head() * n + (int) row.position()) * n;
                assertClose(
                        AFTER_SOFTMAX, "weights", Arrays.copyOfRange(peer.get(WEIGHTS), from, from + n), row.weights());
            }
        }
    }

    private static float[] embeddings() {
        return model.embedding().embed(new RowKernel(), ids, places);
    }

    private static Dataset<Row> table(SparkSession spark) {
        float[] embeddings = embeddings();
        int width = model.embedding().width();
        List<EmbeddedToken> rows = new ArrayList<>();
        for (int i = 0; i < ids.length; i++) {
            EmbeddedToken row = new EmbeddedToken();
            row.setPosition(i);
            row.setEmbedding(Arrays.copyOfRange(embeddings, i * width, (i + 1) * width));
            rows.add(row);
        }
        return spark.createDataset(rows, Encoders.bean(EmbeddedToken.class)).select("position", "embedding");
    }

    private static float[] column(List<Row> rows, String name) {
        float[] values = null;
        for (int i = 0; i < rows.size(); i++) {
            List<Float> row = rows.get(i).getList(rows.get(i).fieldIndex(name));
            assertEquals(i, rows.get(i).getLong(rows.get(i).fieldIndex("position")));
            values = values == null ? new float[rows.size() * row.size()] : values;
            for (int j = 0; j < row.size(); j++) {
                values[i * row.size() + j] = row.get(j);
            }
        }
        return values;
    }

    private static void assertClose(String tap, float[] actual) {
        assertClose(TOLERANCE, tap, actual);
    }

    private static void assertClose(double tolerance, String tap, float[] actual) {
        assertClose(tolerance, tap, peer.get(tap), actual);
    }

    /** The largest difference, relative to the root mean square of what is expected. */
    private static void assertClose(double tolerance, String what, float[] expected, float[] actual) {
        assertEquals(expected.length, actual.length, what);
        double square = IntStream.range(0, expected.length)
                .mapToDouble(i -> (double) expected[i] * expected[i])
                .average()
                .orElseThrow();
        double worst = IntStream.range(0, expected.length)
                        .mapToDouble(i -> Math.abs((double) expected[i] - actual[i]))
                        .max()
                        .orElseThrow()
                / Math.sqrt(square);
        assertTrue(worst < tolerance, "%s: off by %.2e".formatted(what, worst));
    }
}
