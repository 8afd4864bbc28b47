package foco.jobs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.util.Arrays;
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
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The masks of {@code foco attend}, against the float64 reference with the mask as a reader of the option would write it. */
@SparkTest
class AttendMasksTest {
    private static final int BATCH = 2;
    private static final int HEADS = 2;
    private static final int N = 40;
    private static final int WIDTH = 8;
    private static final AttentionSpec SPEC = AttentionSpec.of(HEADS, WIDTH);
    /** float32 accumulation over few keys, on outputs of order 1. */
    private static final double TOLERANCE = 2e-6;

    @TempDir
    private Path folder;

    private SparkSession spark;

    private final Random random = new Random(11);
    private final NpyArray query = NpyArray.random(random, BATCH, HEADS, N, WIDTH);
    private final NpyArray key = NpyArray.random(random, BATCH, HEADS, N, WIDTH);
    private final NpyArray value = NpyArray.random(random, BATCH, HEADS, N, WIDTH);

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

    private String attend(int code, List<String> options, String... more) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> arguments = new ArrayList<>(List.of("attend"));
        arguments.addAll(options);
        arguments.addAll(List.of(more));
        assertEquals(
                code,
                Foco.run(new PrintWriter(out), new PrintWriter(err), arguments.toArray(String[]::new)),
                err.toString());
        return (code == 0 ? out : err).toString().strip().replace(folder + "/", "");
    }

    private List<String> files() {
        return List.of(
                "--query", path("Q.npy"), "--key", path("K.npy"), "--value", path("V.npy"), "--output", path("O.npy"));
    }

    static Stream<Arguments> options() {
        return Stream.of(
                option("causal and window(4, 4)", (h, q, k) -> k <= q && q - k <= 4, "--causal", "--window", "4"),
                option("causal and window(7, 0)", (h, q, k) -> k <= q && q - k <= 7, "--causal", "--window", "7,0"),
                option("window(3, 5)", (h, q, k) -> q - k <= 3 && k - q <= 5, "--window", "3,5"),
                option("window(-1, 2)", (h, q, k) -> k - q <= 2, "--window", "-1,2"),
                option(
                        "window(3, 3, query offset 6)",
                        (h, q, k) -> Math.abs(q + 6 - k) <= 3,
                        "--window",
                        "3",
                        "--query-offset",
                        "6"),
                option(
                        "window(2, 2) or global(3)",
                        (h, q, k) -> Math.abs(q - k) <= 2 || k < 3 || q < 3,
                        "--window",
                        "2",
                        "--global",
                        "3"),
                option(
                        "window(2, 2, query offset 90) or global(3, query offset 90)",
                        (h, q, k) -> k < 3,
                        "--window",
                        "2",
                        "--global",
                        "3",
                        "--query-offset",
                        "90"),
                option("causal and chunks(16)", (h, q, k) -> k <= q && q / 16 == k / 16, "--causal", "--chunk", "16"),
                option("strided(7)", (h, q, k) -> k <= q && (q - k < 7 || (q - k) % 7 == 0), "--strided", "7"),
                option("fixed(9, 2)", (h, q, k) -> k <= q && (k % 9 >= 7 || k / 9 == q / 9), "--fixed", "9,2"),
                option(
                        "BigBird(8, global 1, window 1, random 0, seed 0)",
                        (h, q, k) -> q < 8 || k < 8 || Math.abs(q / 8 - k / 8) <= 1,
                        "--bigbird",
                        "8,1,1,0"),
                option("prefix(9)", (h, q, k) -> k < 9 || k <= q, "--prefix", "9"),
                option(
                        "causal and documents(5, 25, 10)",
                        (h, q, k) -> k <= q && document(q) == document(k),
                        "--causal",
                        "--documents",
                        "5,25,10"));
    }

    private static int document(long position) {
        return position < 5 ? 0 : position < 30 ? 1 : 2;
    }

    private static Arguments option(String name, Mask mask, String... options) {
        return Arguments.of(name, mask, options);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("options")
    void anOptionIsTheMaskThatItSays(String name, Mask mask, String[] options) throws IOException {
        String json = attend(
                0,
                files(),
                Stream.concat(Stream.of("--json"), Stream.of(options)).toArray(String[]::new));
        assertEquals(name, new ObjectMapper().readTree(json).get("mask").asText());
        check(mask, mask);
        byte[] output = Files.readAllBytes(folder.resolve("O.npy"));
        Files.delete(folder.resolve("O.npy"));
        attend(0, files(), "--spec", name);
        assertArrayEquals(output, Files.readAllBytes(folder.resolve("O.npy")), "what a report says is a spec");
    }

    @Test
    void aTextSaysWhatTheOptionsSay() throws IOException {
        String[] options = {"--softcap=1.5", "--alibi=0.5,0.25", "--rope", "--rope-base=500", "--scale=0.5", "--causal"
        };
        attend(0, files(), options);
        byte[] output = Files.readAllBytes(folder.resolve("O.npy"));
        Files.delete(folder.resolve("O.npy"));
        attend(0, files(), "--spec", "scale 0.5 rotary(base 500) soft cap(1.5) ALiBi(0.5, 0.25) causal heads 2");
        assertArrayEquals(output, Files.readAllBytes(folder.resolve("O.npy")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--spec causal --window 3|--spec stands in place of --window; give one or the other",
                "--spec causal --rope --scale 2 --softcap 1|--spec stands in place of --rope, --scale, --softcap",
                "--spec cusal|--spec: In the spec, at character 1, \"cusal\": cusal is not known here; do you mean causal?",
                "--spec heads=4|foco: --spec heads 4, but Q.npy has 2 heads",
            })
    void aTextThatCannotBeIsRefused(String options, String message) {
        List<String> words = List.of(options.split(" "));
        String refused = attend(message.startsWith("foco") ? 1 : 2, files(), words.toArray(String[]::new));
        assertTrue(refused.contains(message), refused);
        assertFalse(Files.exists(folder.resolve("O.npy")));
    }

    @Test
    void keysThatFillUpABatchAreSeenByNone() throws IOException {
        attend(0, files(), "--key-lengths", "40,7", "--causal");
        check((h, q, k) -> k <= q, (h, q, k) -> k <= q && k < 7);
    }

    @Test
    void aFileOfBoolsIsAMapOfBlocks() throws IOException {
        byte[] seen = {1, 0, 0, 1, 1, 0, 0, 1, 1};
        new NpyArray(new float[0], 3, 3).write(folder.resolve("M.npy"), "|b1", seen);
        attend(0, files(), "--blocks", path("M.npy"), "--block-size", "16");
        Mask mask = (h, q, k) -> seen[(int) (q / 16 * 3 + k / 16)] != 0;
        check(mask, mask);
    }

    @Test
    void aFileOfBoolsIsAMask() throws IOException {
        byte[] seen = new byte[BATCH * HEADS * N * N];
        for (int i = 0; i < seen.length; i++) {
            seen[i] = (byte) (random.nextInt(3) == 0 ? 0 : 1);
        }
        for (int[] shape :
                new int[][] {{N, N}, {1, N}, {HEADS, N, N}, {1, 1, N, 1}, {BATCH, 1, N, N}, {BATCH, HEADS, N, N}}) {
            int count = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
            new NpyArray(new float[0], shape).write(folder.resolve("M.npy"), "|b1", Arrays.copyOf(seen, count));
            attend(0, files(), "--mask", path("M.npy"), "--causal");
            check(broadcast(seen, 0, shape), broadcast(seen, 1, shape));
        }
    }

    @Test
    void aHeadMayHideAllAsLongAsAnotherShowsSomething() throws IOException {
        byte[] seen = new byte[HEADS * N * N];
        Arrays.fill(seen, N * N, seen.length, (byte) 1);
        new NpyArray(new float[0], HEADS, N, N).write(folder.resolve("M.npy"), "|b1", seen);
        attend(0, files(), "--mask", path("M.npy"));
        Mask mask = (h, q, k) -> h > 0;
        check(mask, mask);
    }

    @Test
    void aFileThatHidesAllInEveryHeadIsRefused() throws IOException {
        new NpyArray(new float[0], HEADS, N, N).write(folder.resolve("M.npy"), "|b1", new byte[HEADS * N * N]);
        assertEquals(
                "foco: no query would see any key: 40 queries, 40 keys and the mask matrix(2 x 40 x 40); check the mask's"
                        + " options",
                attend(1, files(), "--mask", path("M.npy")));
    }

    private static Mask broadcast(byte[] seen, int batch, int... shape) {
        int[] full = {1, 1, 1, 1};
        System.arraycopy(shape, 0, full, 4 - shape.length, shape.length);
        return (h, q, k) -> {
            long[] at = {batch, h, q, k};
            long index = 0;
            for (int i = 0; i < 4; i++) {
                index = index * full[i] + (full[i] == 1 ? 0 : at[i]);
            }
            return k <= q && seen[(int) index] != 0;
        };
    }

    private void check(Mask... bySequence) throws IOException {
        float[] output = NpyArray.read(folder.resolve("O.npy")).values();
        int size = N * WIDTH;
        for (int b = 0; b < BATCH; b++) {
            for (int h = 0; h < HEADS; h++) {
                int from = (b * HEADS + h) * size;
                double[] expected = ReferenceAttention.attend(
                                SPEC.withMask(bySequence[b]),
                                h,
                                0,
                                doubles(query, from, size),
                                doubles(key, from, size),
                                doubles(value, from, size))
                        .output();
                for (int i = 0; i < size; i++) {
                    assertEquals(expected[i], output[from + i], TOLERANCE * (1 + Math.abs(expected[i])));
                }
            }
        }
    }

    private static double[] doubles(NpyArray array, int from, int count) {
        double[] slice = new double[count];
        for (int i = 0; i < count; i++) {
            slice[i] = array.values()[from + i];
        }
        return slice;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--prefix 41|A prefix of 41 goes beyond the 40 keys of sequence 0; give at most 40.",
                "--documents 5,25|The lengths of the 2 documents add up to 30, and sequence 0 has 40 keys; the two must be"
                        + " equal.",
                "--documents 5,0,35|The length of document 1 must be 1 or more, and is 0.",
                "--window 2 --global 41|41 global tokens are more than the 40 keys of sequence 0.",
                "--window 2 --query-offset 90|The mask window(2, 2, query offset 90) hides all 40 keys of sequence 0 from all 40"
                        + " queries, which stand too far behind them; change the query offset.",
                "--causal --query-offset -40|no query would see any key: 40 queries, 40 keys and the mask causal(query"
                        + " offset -40); check the mask's options",
                "--key-lengths 3|--key-lengths gives 1 length for 2 sequences; give one for each",
                "--key-lengths 3,41|41 keys of sequence 1 are said to be valid, and it has 40.",
                "--mask Q.npy|Q.npy holds float32, and a mask must hold bool, True where a query sees a key; save it with"
                        + " .astype(bool)",
                "--mask M.npy|M.npy has shape (40, 39), and a mask here [2, 2, 40, 40] or the last two or three of it, any of"
                        + " them 1",
            })
    void aMaskThatDoesNotFitIsOneLineAndNoOutput(String options, String line) throws IOException {
        new NpyArray(new float[0], N, N - 1).write(folder.resolve("M.npy"), "|b1", new byte[N * (N - 1)]);
        String[] words = Stream.of(options.split(" "))
                .map(word -> word.endsWith(".npy") ? path(word) : word)
                .toArray(String[]::new);
        assertEquals("foco: " + line, attend(1, files(), words));
        assertFalse(Files.exists(folder.resolve("O.npy")));
    }

    /** A table of two sequences, whose documents are a, a, b, b, b, ... and of unlike lengths. */
    private void writeTable(String... documents) {
        List<Row> rows = new ArrayList<>();
        for (int s = 0; s < BATCH; s++) {
            for (int i = 0; i < documents[s].length(); i++) {
                String document = documents[s].substring(i, i + 1);
                rows.add(RowFactory.create(
                        "s" + s,
                        (long) i,
                        document.equals(" ") ? null : document,
                        row(query, s, i),
                        row(key, s, i),
                        row(value, s, i)));
            }
        }
        StructType columns = new StructType()
                .add("sequence", "string")
                .add("position", "long")
                .add("text", "string")
                .add("query", "array<float>")
                .add("key", "array<float>")
                .add("value", "array<float>");
        spark.createDataFrame(rows, columns).write().parquet(path("T.parquet"));
    }

    private static float[] row(NpyArray array, int sequence, int position) {
        float[] row = new float[HEADS * WIDTH];
        for (int h = 0; h < HEADS; h++) {
            System.arraycopy(array.values(), ((sequence * HEADS + h) * N + position) * WIDTH, row, h * WIDTH, WIDTH);
        }
        return row;
    }

    @Test
    void aColumnTellsDocumentsApart() {
        String[] documents = {"aabbbbbbbbbbbbbaccccccc".replace("ba", "bd"), "xxxxxxyzzzzz"};
        writeTable(documents);
        attend(
                0,
                List.of("--input", path("T.parquet"), "--heads", "2", "--output", path("out")),
                "--causal",
                "--documents",
                "text");
        for (int s = 0; s < BATCH; s++) {
            String of = documents[s];
            List<Row> rows = spark.read()
                    .parquet(path("out"))
                    .where("sequence = 's" + s + "'")
                    .orderBy("position")
                    .select("output")
                    .collectAsList();
            assertEquals(of.length(), rows.size());
            Mask mask = (h, q, k) -> k <= q && of.charAt((int) q) == of.charAt((int) k);
            for (int h = 0; h < HEADS; h++) {
                int from = (s * HEADS + h) * N * WIDTH;
                int size = of.length() * WIDTH;
                double[] expected = ReferenceAttention.attend(
                                SPEC.withMask(mask),
                                h,
                                0,
                                doubles(query, from, size),
                                doubles(key, from, size),
                                doubles(value, from, size))
                        .output();
                for (int i = 0; i < size; i++) {
                    float actual = rows.get(i / WIDTH).<Float>getList(0).get(h * WIDTH + i % WIDTH);
                    assertEquals(expected[i], actual, TOLERANCE * (1 + Math.abs(expected[i])));
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "aabba|aaaa|text|T.parquet: document a of sequence s0 has 3 tokens between positions 0 and 4; they must follow"
                        + " one another.",
                "aabbb|a aa|text|T.parquet: column text is empty at position 1 of sequence s1; each token needs a document.",
                "aabbb|aaaa|texts|T.parquet: the table has no column texts; it has sequence, position, text, query, key,"
                        + " value.",
                "aabbb|aaaa|2,3|T.parquet: the lengths of the 2 documents add up to 5, and sequence s1 has 4 keys; the two"
                        + " must be equal.",
            })
    void aColumnThatTellsNoDocumentsIsOneLine(String first, String second, String documents, String line) {
        writeTable(first, second);
        assertEquals(
                "foco: " + line,
                attend(
                        1,
                        List.of("--input", path("T.parquet"), "--heads", "2", "--output", path("out")),
                        "--documents",
                        documents));
        assertTrue(Files.notExists(folder.resolve("out")));
    }
}
