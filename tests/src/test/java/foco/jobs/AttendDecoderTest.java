package foco.jobs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.kernels.AttentionSpec;
import foco.kernels.breeze.ReferenceAttention;
import foco.kernels.dense.RotaryEmbedding;
import foco.kernels.dense.RotaryScaling;
import foco.kernels.mask.Mask;
import foco.testing.SparkTest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.LongUnaryOperator;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What decoders need of {@code foco attend} and {@code foco weights}: rotary embedding, a past, where queries stand. */
@SparkTest
class AttendDecoderTest {
    private static final int N = 30;
    private static final int PAST = 18;
    private static final int HEADS = 2;
    private static final int WIDTH = 8;
    private static final AttentionSpec SPEC =
            AttentionSpec.of(HEADS, WIDTH).withKeyValueHeads(1).withMask(Mask.causal());
    /** float32 accumulation over few keys, on outputs of order 1. */
    private static final double TOLERANCE = 2e-6;

    private static final RotaryEmbedding ROTARY = RotaryEmbedding.of(WIDTH);

    @TempDir
    private Path folder;

    private final Random random = new Random(5);
    private final NpyArray query = NpyArray.random(random, N, HEADS * WIDTH);
    private final NpyArray key = NpyArray.random(random, N, WIDTH);
    private final NpyArray value = NpyArray.random(random, N, WIDTH);

    @BeforeEach
    void writeFiles() throws IOException {
        query.float32(folder.resolve("Q.npy"));
        key.float32(folder.resolve("K.npy"));
        value.float32(folder.resolve("V.npy"));
        for (String name : List.of("Q", "K", "V")) {
            NpyArray whole = name.equals("Q") ? query : name.equals("K") ? key : value;
            rows(whole, 0, PAST).float32(folder.resolve(name + "1.npy"));
            rows(whole, PAST, N).float32(folder.resolve(name + "2.npy"));
        }
    }

    private static NpyArray rows(NpyArray array, int from, int to) {
        int width = array.shape()[1];
        return new NpyArray(Arrays.copyOfRange(array.values(), from * width, to * width), to - from, width);
    }

    /** Runs a command whose words ending as files or tables are names in the folder; gives its line. */
    private String run(int code, String line) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] words = Stream.of(line.split(" "))
                .map(word -> word.matches(".*\\.(npy|parquet|safetensors(:.*)?)")
                        ? folder.resolve(word).toString()
                        : word)
                .toArray(String[]::new);
        assertEquals(code, Foco.run(new PrintWriter(out), new PrintWriter(err), words), err.toString());
        return (code == 0 ? out : err).toString().strip().replace(folder + "/", "");
    }

    private float[] read(String name) throws IOException {
        return NpyArray.read(folder.resolve(name)).values();
    }

    private static float[] turned(RotaryEmbedding rotary, NpyArray array, LongUnaryOperator position) {
        float[] turned = array.values().clone();
        int width = array.shape()[1];
        for (int i = 0; i < array.shape()[0]; i++) {
            rotary.rotate(turned, i * width, width / WIDTH, WIDTH, position.applyAsLong(i));
        }
        return turned;
    }

    private double[] expected(RotaryEmbedding rotary, LongUnaryOperator position) {
        return ReferenceAttention.attend(
                        SPEC, 0, turned(rotary, query, position), turned(rotary, key, position), value.values())
                .output();
    }

    private static void assertClose(double[] expected, float[] actual) {
        assertEquals(expected.length, actual.length);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], actual[i], TOLERANCE * (1 + Math.abs(expected[i])), "element " + i);
        }
    }

    @Test
    void optionsSayHowQueriesAndKeysAreTurned() throws IOException {
        String attend = "attend --query Q.npy --key K.npy --value V.npy --output O.npy --heads 2 --causal --rope";
        run(0, attend);
        assertClose(expected(ROTARY, i -> i), read("O.npy"));
        run(0, attend + " --rope-base 500000 --rope-width 6 --rope-interleaved --rope-scaling llama3:8,1,4,64");
        RotaryEmbedding llama = RotaryEmbedding.of(6, 500_000, RotaryScaling.llama3(8, 1, 4, 64));
        assertClose(expected(llama.interleaved(), i -> i), read("O.npy"));
    }

    @Test
    void filesSayThePositionsAndTheAngles() throws IOException {
        ByteBuffer positions = ByteBuffer.allocate(N * 8).order(ByteOrder.LITTLE_ENDIAN);
        float[] cosines = new float[10 * 3];
        float[] sines = new float[10 * 3];
        for (int i = 0; i < N; i++) {
            positions.putLong(i % 10);
            cosines[i] = (float) Math.cos(i);
            sines[i] = (float) Math.sin(i);
        }
        new NpyArray(new float[0], N).write(folder.resolve("P.npy"), "<i8", positions.array());
        new NpyArray(cosines, 10, 3).float32(folder.resolve("COS.npy"));
        new NpyArray(sines, 10, 3).float32(folder.resolve("SIN.npy"));
        run(
                0,
                "attend --query Q.npy --key K.npy --value V.npy --output O.npy --heads 2 --causal --rope --rope-positions"
                        + " P.npy --rope-cos COS.npy --rope-sin SIN.npy");
        assertClose(expected(RotaryEmbedding.cached(3, cosines, sines), i -> i % 10), read("O.npy"));
    }

    @Test
    void aTextInTwoStepsAttendsAsAWhole() throws IOException {
        String options = " --heads 2 --causal --rope --output O.npy --present-key PK.npy --present-value PV.npy";
        run(0, "attend --query Q1.npy --key K1.npy --value V1.npy" + options);
        float[] first = read("O.npy");
        run(
                0,
                "attend --query Q2.npy --key K2.npy --value V2.npy --past-key PK.npy --past-value PV.npy"
                        + options.replace("PK", "NK").replace("PV", "NV"));
        float[] second = read("O.npy");
        float[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        assertClose(expected(ROTARY, i -> i), both);
        assertArrayEquals(turned(ROTARY, key, i -> i), read("NK.npy"), 1e-6f);
        assertArrayEquals(value.values(), read("NV.npy"));
        run(
                0,
                "attend --query Q2.npy --key K2.npy --value V2.npy --past-key PK.npy --past-value PV.npy"
                        + options.replace("PK.npy", "NK.safetensors").replace("PV.npy", "NV.safetensors:v"));
        assertArrayEquals(read("NK.npy"), read("NK.safetensors:key"));
        assertArrayEquals(read("NV.npy"), read("NV.safetensors:v"));
    }

    @Test
    void theLastQueryMayStandAtTheLastKey() throws IOException {
        NpyArray whole = NpyArray.read(folder.resolve("Q2.npy"));
        int queries = N - PAST;
        new NpyArray(byHead(whole), 1, HEADS, queries, WIDTH).float32(folder.resolve("Q4.npy"));
        new NpyArray(key.values(), 1, 1, N, WIDTH).float32(folder.resolve("K4.npy"));
        new NpyArray(value.values(), 1, 1, N, WIDTH).float32(folder.resolve("V4.npy"));
        String attend = "attend --query Q4.npy --key K4.npy --value V4.npy --output O.npy --causal --query-offset end";
        for (int valid : new int[] {N, queries - 4}) {
            run(0, attend + (valid == N ? "" : " --key-lengths " + valid));
            Mask mask = Mask.causal(valid - queries).and(Mask.validKeys(valid));
            double[] due = ReferenceAttention.attend(
                            SPEC.withMask(mask), 0, whole.values(), key.values(), value.values())
                    .output();
            float[] actual = read("O.npy");
            for (int h = 0; h < HEADS; h++) {
                for (int i = 0; i < queries * WIDTH; i++) {
                    double wanted = due[i / WIDTH * HEADS * WIDTH + h * WIDTH + i % WIDTH];
                    assertEquals(wanted, actual[h * queries * WIDTH + i], TOLERANCE * (1 + Math.abs(wanted)));
                }
            }
        }
    }

    private static float[] byHead(NpyArray array) {
        return array.byHead(HEADS).values();
    }

    @Test
    @Tag("slow")
    void weightsOfChosenQueriesHeadsAndKeys() throws IOException {
        String weights = "weights --query Q2.npy --key K2.npy --past-key K1.npy --heads 2 --causal --output W.npy";
        run(0, weights);
        NpyArray all = NpyArray.read(folder.resolve("W.npy"));
        int queries = N - PAST;
        assertArrayEquals(new int[] {1, HEADS, queries, N}, all.shape());
        for (int row = 0; row < HEADS * queries; row++) {
            double sum = 0;
            for (int j = 0; j < N; j++) {
                sum += all.values()[row * N + j];
                assertTrue(j <= PAST + row % queries || all.values()[row * N + j] == 0);
            }
            assertEquals(1, sum, 1e-6);
        }
        run(0, weights + " --queries 3,10-11 --in-heads 1 --keys 5-24");
        NpyArray some = NpyArray.read(folder.resolve("W.npy"));
        assertArrayEquals(new int[] {1, 1, 3, 20}, some.shape());
        int[] positions = {3, 10, 11};
        for (int i = 0; i < 3; i++) {
            int from = (queries + positions[i]) * N + 5;
            assertArrayEquals(
                    Arrays.copyOfRange(all.values(), from, from + 20),
                    Arrays.copyOfRange(some.values(), i * 20, (i + 1) * 20));
        }
        run(0, weights + " --stage masked");
        float[] scores = read("W.npy");
        assertEquals(Float.NEGATIVE_INFINITY, scores[N - 1], "the first query, the last key");
        double product = 0;
        for (int e = 0; e < WIDTH; e++) {
            product += (double) query.values()[(N - 1) * HEADS * WIDTH + e] * key.values()[(N - 1) * WIDTH + e];
        }
        assertEquals(product / Math.sqrt(WIDTH), scores[queries * N - 1], 1e-6, "the last query, the last key");
    }

    @Test
    void tablesHaveAPastAPresentAndWeights(SparkSession spark) throws IOException {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < N; i++) {
            rows.add(RowFactory.create(
                    (long) i,
                    rows(query, i, i + 1).values(),
                    rows(key, i, i + 1).values(),
                    rows(value, i, i + 1).values()));
        }
        StructType columns = new StructType()
                .add("position", "long")
                .add("query", "array<float>")
                .add("key", "array<float>")
                .add("value", "array<float>");
        var table = spark.createDataFrame(rows, columns);
        table.where("position < " + PAST).write().parquet(folder + "/T1.parquet");
        table.where("position >= " + PAST)
                .selectExpr("position - %d as position".formatted(PAST), "query", "key", "value", "position as place")
                .write()
                .parquet(folder + "/T2.parquet");
        String options = " --heads 2 --causal --rope";
        run(0, "attend --input T1.parquet --output O1.parquet --present P1.parquet" + options);
        run(0, "attend --input T2.parquet --past P1.parquet --rope-positions place --output O2.parquet" + options);
        float[] both = new float[N * HEADS * WIDTH];
        int at = 0;
        for (String part : List.of("O1.parquet", "O2.parquet")) {
            for (Row row : spark.read()
                    .parquet(folder.resolve(part).toString())
                    .orderBy("position")
                    .select("output")
                    .collectAsList()) {
                for (float element : row.<Float>getList(0)) {
                    both[at++] = element;
                }
            }
        }
        assertClose(expected(ROTARY, i -> i), both);
        run(0, "weights --input T1.parquet --output W.parquet --queries 17 --in-heads 0 --keys 0-1" + options);
        Row row = spark.read().parquet(folder + "/W.parquet").first();
        assertEquals("[0,17,0,0]", row.toSeq().take(4).mkString("[", ",", "]"));
        assertEquals(2, row.getList(4).size());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2|--rope-base 500000|--rope-base needs --rope (see foco attend --help)",
                "2|--rope --rope-width 5|--rope-width must be an even number from 2 on, and is 5 (see foco attend --help)",
                "2|--rope --rope-cos C.npy|--rope-sin is missing; cosines and sines go together (see foco attend --help)",
                "2|--rope --rope-scaling yarn:4|--rope-scaling must be linear:F, dynamic:F,LENGTH,"
                        + " yarn:F,LENGTH[,FAST,SLOW,ATTENTION] or llama3:F,LOW,HIGH,LENGTH, and is yarn:4 (see foco attend"
                        + " --help)",
                "2|--rope --rope-scaling linear:0.5|--rope-scaling linear:0.5: The factor of a rotary scaling must be 1 or"
                        + " more, and is 0.5. (see foco attend --help)",
                "2|--past-key K1.npy|--past-value is missing; past keys and values go together (see foco attend --help)",
                "2|--past-key K1.npy --past-value V1.npy --causal --query-offset 18|--query-offset and --past-key both say"
                        + " where the queries stand; with a past they stand after it (see foco attend --help)",
                "2|--causal --query-offset last|--query-offset must be a whole number or end, and is last (see foco attend"
                        + " --help)",
                "2|--present P.parquet|--present goes with --input; for arrays in files give --present-key (see foco attend"
                        + " --help)",
                "1|--rope --rope-width 10|--rope-width turns 10 elements, and heads are 8 wide; give 8 or less",
                "1|--rope --rope-positions K.npy|K.npy (30, 8) float32 holds no positions: an array of integers (30,) or (1,"
                        + " 30) is due",
                "1|--past-key Q1.npy --past-value V1.npy|Q1.npy has batch 1 and width 16 per head, and K.npy has 1 and 8; a"
                        + " past must be like what comes after it",
                "1|--past-key K1.npy --past-value V2.npy|K1.npy has 18 tokens and V2.npy has 12; each key needs one value",
                "1|--past-key K1.npy --past-value V1.npy --output V1.npy|V1.npy is the input V1.npy; name another file for"
                        + " the output",
            })
    void whatContradictsItselfIsOneLine(int code, String options, String line) {
        String output = options.contains("--output") ? "" : " --output O.npy";
        assertEquals(
                "foco: " + line,
                run(code, "attend --query Q.npy --key K.npy --value V.npy --heads 2 " + options + output));
        assertTrue(Files.notExists(folder.resolve("O.npy")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1|--queries 30|Sequence 0 has queries at positions 0 to 29, and none at 30.",
                "1|--in-heads 2|There are heads 0 to 1, and no 2.",
                "1|--keys 20-30|Sequence 0 has keys 0 to 29, and those from 20 to 30 were asked for.",
                "2|--queries 5-3|--queries 5-3 ends before it begins (see foco weights --help)",
                "2|--stage soft|--stage must be scaled, capped, masked or weight, and is soft (see foco weights --help)",
            })
    void whatIsNotThereIsNamed(int code, String options, String line) {
        assertEquals(
                "foco: " + line, run(code, "weights --query Q.npy --key K.npy --heads 2 --output W.npy " + options));
        assertTrue(Files.notExists(folder.resolve("W.npy")));
    }
}
