package foco.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import foco.kernels.AttentionSpec;
import foco.kernels.breeze.ReferenceAttention;
import foco.kernels.mask.Mask;
import foco.testing.SparkTest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The score options of {@code foco attend}, against the float64 reference with scores written out by their formulas. */
@SparkTest
class AttendScoresTest {
    private static final int HEADS = 3;
    private static final int N = 70;
    private static final int WIDTH = 8;
    private static final AttentionSpec SPEC = AttentionSpec.of(HEADS, WIDTH).withMask(Mask.causal());

    /** Of float32 sums of a few dozen values of magnitude 1, weighted by scores of magnitude 10. */
    private static final double TOLERANCE = 1e-5;

    private final Random random = new Random(6);
    private final NpyArray query = NpyArray.random(random, N, HEADS * WIDTH);
    private final NpyArray key = NpyArray.random(random, N, HEADS * WIDTH);
    private final NpyArray value = NpyArray.random(random, N, HEADS * WIDTH);
    private SparkSession spark;

    @TempDir
    private Path folder;

    @BeforeEach
    void writeFiles(SparkSession session) throws IOException {
        spark = session;
        query.float32(folder.resolve("Q.npy"));
        key.float32(folder.resolve("K.npy"));
        value.float32(folder.resolve("V.npy"));
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private String attend(int code, String... options) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] arguments = Stream.concat(Stream.of("attend", "--heads", "3"), Stream.of(options))
                .toArray(String[]::new);
        assertEquals(code, Foco.run(new PrintWriter(out), new PrintWriter(err), arguments), err.toString());
        return (code == 0 ? out : err).toString().strip().replace(folder + "/", "");
    }

    private String attendFiles(int code, String... options) {
        String[] files = {
            "--query", path("Q.npy"), "--key", path("K.npy"), "--value", path("V.npy"), "--output", path("O.npy")
        };
        return attend(code, Stream.concat(Stream.of(files), Stream.of(options)).toArray(String[]::new));
    }

    private void assertAttention(AttentionSpec spec, float... output) {
        double[] expected = ReferenceAttention.attend(spec, 0, query.values(), key.values(), value.values())
                .output();
        assertEquals(expected.length, output.length);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], output[i], TOLERANCE * (1 + Math.abs(expected[i])));
        }
    }

    @Test
    void softCapSlopesBiasAndSinksApplyInOrder() throws IOException {
        NpyArray sinks = new NpyArray(new float[] {-1, 0.5f, 2}, HEADS).with(0, 1);
        sinks.float32(folder.resolve("S.npy"));
        NpyArray bias = NpyArray.random(random, HEADS, N, N);
        for (int i = 0; i < bias.values().length; i += 7) {
            bias.values()[i] = Float.NEGATIVE_INFINITY;
        }
        bias.float32(folder.resolve("B.npy"));
        String json = attendFiles(
                0,
                "--causal",
                "--softcap",
                "1.5",
                "--alibi=0.5,0.25,0",
                "--bias",
                path("B.npy"),
                "--sinks",
                path("S.npy"),
                "--json");
        double[] slopes = {0.5, 0.25, 0};
        AttentionSpec spec = SPEC.withSinks(sinks.values()).withScores((score, h, q, k) -> {
            double capped = 1.5 * Math.tanh(score / 1.5);
            return capped - slopes[h] * (q - k) + bias.values()[(int) ((h * N + q) * N + k)];
        });
        assertAttention(spec, NpyArray.read(folder.resolve("O.npy")).values());
        JsonNode report = new ObjectMapper().readTree(json);
        assertEquals(
                "[\"soft cap(1.5)\",\"ALiBi(0.5, 0.25, 0.0)\",\"bias(3 x 70 x 70)\"]",
                report.get("scores").toString());
        assertEquals(true, report.get("sinks").asBoolean());
    }

    @Test
    void aRelativeBiasLooksBothWaysUnlessCausal() throws IOException {
        NpyArray table = NpyArray.random(random, 8, HEADS);
        table.float32(folder.resolve("T.npy"));
        attendFiles(0, "--scale", "1", "--relative-bias", path("T.npy"), "--max-distance", "16");
        // Four buckets a side: 0, 1, 2 to 5, and all beyond.
        assertAttention(
                SPEC.withScale(1).withMask(Mask.full()).withScores((score, h, q, k) -> {
                    long away = Math.abs(q - k);
                    int bucket = away < 2 ? (int) away : away < 6 ? 2 : 3;
                    return score + table.values()[((k > q ? 4 : 0) + bucket) * HEADS + h];
                }),
                NpyArray.read(folder.resolve("O.npy")).values());
        attendFiles(0, "--causal", "--relative-bias", path("T.npy"), "--max-distance", "64");
        // Eight buckets back: 0 to 3, then 4 to 7, 8 to 15, 16 to 31, and all beyond.
        assertAttention(
                SPEC.withScores((score, h, q, k) -> {
                    long away = q - k;
                    int bucket = away < 4 ? (int) away : away < 8 ? 4 : away < 16 ? 5 : away < 32 ? 6 : 7;
                    return score + table.values()[bucket * HEADS + h];
                }),
                NpyArray.read(folder.resolve("O.npy")).values());
    }

    @Test
    void aTableHasScoreOptionsToo() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < N; i++) {
            rows.add(RowFactory.create((long) i, row(query, i), row(key, i), row(value, i)));
        }
        StructType columns = new StructType()
                .add("position", "long")
                .add("query", "array<float>")
                .add("key", "array<float>")
                .add("value", "array<float>");
        spark.createDataFrame(rows, columns).write().parquet(path("T.parquet"));
        NpyArray sinks = NpyArray.random(random, HEADS);
        sinks.float32(folder.resolve("S.npy"));
        attend(
                0,
                "--input",
                path("T.parquet"),
                "--output",
                path("out"),
                "--causal",
                "--alibi",
                "--softcap",
                "2",
                "--sinks",
                path("S.npy"));
        // The published slopes of three heads: of two 2^-4 and 2^-8, and the first of four, 2^-2.
        double[] slopes = {1 / 16.0, 1 / 256.0, 1 / 4.0};
        float[] output = new float[N * HEADS * WIDTH];
        for (Row row : spark.read().parquet(path("out")).collectAsList()) {
            List<Float> one = row.getList(row.fieldIndex("output"));
            for (int e = 0; e < one.size(); e++) {
                output[(int) (row.<Long>getAs("position") * one.size()) + e] = one.get(e);
            }
        }
        assertAttention(
                SPEC.withSinks(sinks.values())
                        .withScores((score, h, q, k) -> 2 * Math.tanh(score / 2) - slopes[h] * (q - k)),
                output);
    }

    private static float[] row(NpyArray array, int position) {
        float[] row = new float[HEADS * WIDTH];
        System.arraycopy(array.values(), position * row.length, row, 0, row.length);
        return row;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--alibi 0.5,0.25|--alibi gives 2 slopes for 3 heads; give one for each, or none for the published ones",
                "--sinks Q.npy|Q.npy has shape (70, 24), and sinks for 3 heads (3)",
                "--sinks M.npy|M.npy holds bool, and sinks must hold float16, bfloat16, float32 or float64; save it with"
                        + " .astype(numpy.float32)",
                "--relative-bias Q.npy|Q.npy has shape (70, 24), and a relative bias for 3 heads [buckets, heads]",
                "--relative-bias T.npy|A relative bias needs 2 buckets or more, bidirectional an even number from 4 on; its"
                        + " table has 5 rows.",
                "--relative-bias T.npy --causal --max-distance 2|With 5 buckets the largest distance must lie in 3 to"
                        + " 16777216, and is 2.",
                "--bias Q.npy|Q.npy has shape (70, 24), and a bias here [1, 3, 70, 70] or the last two or three of it, any"
                        + " of them 1",
                "--bias N.npy|A bias must be finite, or -infinity to hide a key, and that of head 0, query 0, key 5 is NaN.",
                "--blocks M.npy --block-size 16|The block map(3 x 5 blocks of 16) has 3 rows, and the 70 queries of sequence"
                        + " 0 need 5.",
                "--blocks Q.npy|Q.npy holds float32, and a mask must hold bool, True where a query sees a key; save it with"
                        + " .astype(bool)",
            })
    void aFileThatDoesNotFitIsOneLineAndNoOutput(String options, String line) throws IOException {
        NpyArray.random(random, 5, HEADS).float32(folder.resolve("T.npy"));
        NpyArray.random(random, 1, N).with(5, Float.NaN).float32(folder.resolve("N.npy"));
        new NpyArray(new float[0], 3, 5).write(folder.resolve("M.npy"), "|b1", new byte[15]);
        String[] words = Stream.of(options.split(" "))
                .map(word -> word.endsWith(".npy") ? path(word) : word)
                .toArray(String[]::new);
        assertEquals("foco: " + line, attendFiles(1, words));
        assertFalse(Files.exists(folder.resolve("O.npy")));
    }
}
