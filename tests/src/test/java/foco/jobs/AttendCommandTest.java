package foco.jobs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code foco attend} on files that are right. */
@SparkTest
class AttendCommandTest {
    private static final int QUERIES = 23;
    private static final int KEYS = 37;
    private static final int HEADS = 4;
    private static final int GROUPS = 2;
    private static final int KEY_WIDTH = 6;
    private static final int VALUE_WIDTH = 5;
    private static final AttentionSpec SPEC =
            AttentionSpec.of(HEADS, KEY_WIDTH).withKeyValueHeads(GROUPS).withValueWidth(VALUE_WIDTH);
    /** float32 accumulation over few keys, on outputs of order 1. */
    private static final double TOLERANCE = 2e-6;

    @TempDir
    private Path folder;

    private SparkSession spark;

    private final Random random = new Random(7);
    private final NpyArray query = NpyArray.random(random, QUERIES, HEADS * KEY_WIDTH);
    private final NpyArray key = NpyArray.random(random, KEYS, GROUPS * KEY_WIDTH);
    private final NpyArray value = NpyArray.random(random, KEYS, GROUPS * VALUE_WIDTH);
    private final StringWriter out = new StringWriter();

    @BeforeEach
    void writeFiles(SparkSession session) throws IOException {
        spark = session;
        query.float32(folder.resolve("Q.npy"));
        key.float32(folder.resolve("K.npy"));
        value.float32(folder.resolve("V.npy"));
    }

    /** Runs the command on the folder's Q, K and V, expecting it to succeed in silence on standard error. */
    private void attendFiles(String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("--query", path("Q.npy"), "--key", path("K.npy"), "--value", path("V.npy")));
        arguments.addAll(List.of(more));
        attend(arguments.toArray(String[]::new));
    }

    private void attend(String... options) {
        StringWriter err = new StringWriter();
        List<String> arguments = new ArrayList<>(List.of("attend"));
        arguments.addAll(List.of(options));
        int code = Foco.run(new PrintWriter(out), new PrintWriter(err), arguments.toArray(String[]::new));
        assertEquals("", err.toString());
        assertEquals(0, code);
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private Set<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private ReferenceAttention.Result reference(AttentionSpec spec) {
        return ReferenceAttention.attend(spec, 0, query.values(), key.values(), value.values());
    }

    private static void assertClose(double[] expected, float[] actual) {
        assertEquals(expected.length, actual.length);
        for (int i = 0; i < expected.length; i++) {
            boolean same = expected[i] == actual[i];
            assertTrue(
                    same || Math.abs(expected[i] - actual[i]) <= TOLERANCE * (1 + Math.abs(expected[i])),
                    "element " + i + ": " + expected[i] + " became " + actual[i]);
        }
    }

    @Test
    void attendsToTokensWithTheirHeadsSideBySide() throws IOException {
        attendFiles("--heads", "4", "--kv-heads", "2", "--output", path("O.npy"), "--lse", path("L.npy"));
        NpyArray output = NpyArray.read(folder.resolve("O.npy"));
        NpyArray lse = NpyArray.read(folder.resolve("L.npy"));
        assertArrayEquals(new int[] {QUERIES, HEADS * VALUE_WIDTH}, output.shape());
        assertArrayEquals(new int[] {QUERIES, HEADS}, lse.shape());
        assertClose(reference(SPEC).output(), output.values());
        assertClose(reference(SPEC).lse(), lse.values());
        assertEquals(Set.of("Q.npy", "K.npy", "V.npy", "O.npy", "L.npy"), names());
    }

    @Test
    void tensorsAreWrittenAsOtherArraysAre() throws IOException {
        attendFiles("--heads", "4", "--output", path("O.npy"), "--lse", path("L.npy"));
        attendFiles("--heads", "4", "--output", path("O.safetensors"), "--lse", path("L.safetensors:sums"));
        for (String[] pair : new String[][] {{"O.npy", "O.safetensors:output"}, {"L.npy", "L.safetensors:sums"}}) {
            NpyArray npy = NpyArray.read(folder.resolve(pair[0]));
            NpyArray tensor = NpyArray.read(folder.resolve(pair[1]));
            assertArrayEquals(npy.shape(), tensor.shape());
            assertArrayEquals(npy.values(), tensor.values());
        }
        assertEquals(Set.of("Q.npy", "K.npy", "V.npy", "O.npy", "L.npy", "O.safetensors", "L.safetensors"), names());
        assertTrue(
                out.toString().endsWith(path("O.safetensors") + " and " + path("L.safetensors:sums\n")),
                out.toString());
    }

    @Test
    void theOutputHasTheFormOfTheQueryFile() throws IOException {
        attendFiles("--heads", "4", "--output", path("O.npy"), "--lse", path("L.npy"));
        NpyArray tokens = NpyArray.read(folder.resolve("O.npy"));
        NpyArray tokenLse = NpyArray.read(folder.resolve("L.npy"));
        query.byHead(HEADS).float32(folder.resolve("Q.npy"));
        key.byHead(GROUPS).float32(folder.resolve("K.npy"));
        value.byHead(GROUPS).float32(folder.resolve("V.npy"));
        out.getBuffer().setLength(0);
        attendFiles("--output", path("O.npy"), "--lse", path("L.npy"));
        NpyArray heads = NpyArray.read(folder.resolve("O.npy"));
        NpyArray headLse = NpyArray.read(folder.resolve("L.npy"));
        assertArrayEquals(new int[] {HEADS, QUERIES, VALUE_WIDTH}, heads.shape());
        assertArrayEquals(new int[] {HEADS, QUERIES}, headLse.shape());
        assertArrayEquals(tokens.byHead(HEADS).values(), heads.values());
        assertArrayEquals(tokenLse.byHead(HEADS).values(), headLse.values());
    }

    @Test
    void eachSequenceOfABatchAttendsToItself() throws IOException {
        int batch = 12;
        int q = HEADS * QUERIES * KEY_WIDTH;
        int k = GROUPS * KEYS * KEY_WIDTH;
        int v = GROUPS * KEYS * VALUE_WIDTH;
        NpyArray queries = NpyArray.random(random, batch, HEADS, QUERIES, KEY_WIDTH);
        NpyArray keys = NpyArray.random(random, batch, GROUPS, KEYS, KEY_WIDTH);
        NpyArray values = NpyArray.random(random, batch, GROUPS, KEYS, VALUE_WIDTH);
        queries.float32(folder.resolve("Q.npy"));
        keys.float32(folder.resolve("K.npy"));
        values.float32(folder.resolve("V.npy"));
        attendFiles("--output", path("O.npy"), "--lse", path("L.npy"));
        NpyArray output = NpyArray.read(folder.resolve("O.npy"));
        NpyArray lse = NpyArray.read(folder.resolve("L.npy"));
        assertArrayEquals(new int[] {batch, HEADS, QUERIES, VALUE_WIDTH}, output.shape());
        assertArrayEquals(new int[] {batch, HEADS, QUERIES}, lse.shape());
        // 12 sequences: their order must be that of numbers, 2 before 10.
        for (int b = 0; b < batch; b++) {
            for (int h = 0; h < HEADS; h++) {
                int g = b * GROUPS + h / (HEADS / GROUPS);
                ReferenceAttention.Result expected = ReferenceAttention.attend(
                        SPEC,
                        h,
                        0,
                        slice(queries, (b * HEADS + h) * QUERIES * KEY_WIDTH, q / HEADS),
                        slice(keys, g * KEYS * KEY_WIDTH, k / GROUPS),
                        slice(values, g * KEYS * VALUE_WIDTH, v / GROUPS));
                int row = (b * HEADS + h) * QUERIES;
                assertClose(expected.output(), floats(output, row * VALUE_WIDTH, QUERIES * VALUE_WIDTH));
                assertClose(expected.lse(), floats(lse, row, QUERIES));
            }
        }
    }

    private static double[] slice(NpyArray array, int from, int count) {
        double[] slice = new double[count];
        for (int i = 0; i < count; i++) {
            slice[i] = array.values()[from + i];
        }
        return slice;
    }

    private static float[] floats(NpyArray array, int from, int count) {
        return java.util.Arrays.copyOfRange(array.values(), from, from + count);
    }

    @Test
    void causalQueriesStandAtTheirOffsetAndThoseThatSeeNothingGiveZeros() throws IOException {
        attendFiles(
                "--heads", "4", "--causal", "--query-offset", "-3", "--output", path("O.npy"), "--lse", path("L.npy"));
        NpyArray output = NpyArray.read(folder.resolve("O.npy"));
        NpyArray lse = NpyArray.read(folder.resolve("L.npy"));
        ReferenceAttention.Result expected = reference(SPEC.withMask(Mask.causal(-3)));
        assertClose(expected.output(), output.values());
        assertClose(expected.lse(), lse.values());
        assertArrayEquals(new float[3 * HEADS * VALUE_WIDTH], floats(output, 0, 3 * HEADS * VALUE_WIDTH));
        assertEquals(Float.NEGATIVE_INFINITY, lse.values()[0]);
        assertTrue(Float.isFinite(lse.values()[3 * HEADS]));
    }

    @Test
    void theScaleReplacesTheUsualOne() throws IOException {
        attendFiles("--heads", "4", "--scale", "0.125", "--partitions", "3", "--output", path("O.npy"));
        assertClose(
                reference(SPEC.withScale(0.125)).output(),
                NpyArray.read(folder.resolve("O.npy")).values());
    }

    @Test
    void filesOfUnlikeTypesMix() throws IOException {
        key.bigEndianFloat64(folder.resolve("K.npy"));
        attendFiles("--heads", "4", "--output", path("O.npy"));
        assertClose(
                reference(SPEC).output(), NpyArray.read(folder.resolve("O.npy")).values());
    }

    @Test
    void anExistingOutputIsReplaced() throws IOException {
        Files.writeString(folder.resolve("O.npy"), "former");
        attendFiles("--heads", "4", "--output", path("O.npy"));
        assertClose(
                reference(SPEC).output(), NpyArray.read(folder.resolve("O.npy")).values());
    }

    @Test
    void theSummaryIsTheLastLineAfterThePlanAndItsCost() {
        attendFiles("--heads", "4", "--output", path("O.npy"));
        List<String> lines = out.toString().lines().toList();
        assertEquals(2, lines.size(), out.toString());
        assertTrue(lines.get(0).startsWith("planned and actual: broadcast "), lines.get(0));
        String line = lines.get(1);
        assertTrue(line.startsWith("23 tokens, 37 keys, 4 heads, 1 sequence, "), line);
        for (String part : List.of(" task", " s, ", " GFLOP/s", "iB", "-> " + path("O.npy"))) {
            assertTrue(line.contains(part), line);
        }
    }

    @Test
    void asJsonTheSummaryIsOneObject() throws IOException {
        attendFiles("--heads", "4", "--causal", "--json", "--output", path("O.npy"), "--lse", path("L.npy"));
        assertEquals(1, out.toString().lines().count(), out.toString());
        JsonNode json = new ObjectMapper().readTree(out.toString());
        List<String> fields = new ArrayList<>();
        json.fieldNames().forEachRemaining(fields::add);
        assertEquals(
                List.of(
                        "tokens",
                        "keys",
                        "heads",
                        "kv_heads",
                        "key_width",
                        "value_width",
                        "causal",
                        "mask",
                        "sinks",
                        "sequences",
                        "items",
                        "items_found",
                        "tasks",
                        "seconds",
                        "gflops",
                        "memory_bytes",
                        "kernel",
                        "output",
                        "lse",
                        "strategy",
                        "scores",
                        "planned",
                        "actual"),
                fields);
        assertEquals(
                List.of(QUERIES, KEYS, HEADS, GROUPS, KEY_WIDTH, VALUE_WIDTH, 1),
                Stream.of("tokens", "keys", "heads", "kv_heads", "key_width", "value_width", "sequences")
                        .map(field -> json.get(field).asInt())
                        .toList());
        assertTrue(json.get("causal").asBoolean());
        assertEquals("causal", json.get("mask").asText());
        assertTrue(json.get("tasks").asInt() >= 1, json.toString());
        assertTrue(json.get("seconds").asDouble() > 0, json.toString());
        assertTrue(json.get("gflops").asDouble() > 0, json.toString());
        assertTrue(json.get("memory_bytes").asLong() > 0, json.toString());
        assertTrue(json.get("kernel").isTextual(), json.toString());
        assertEquals(path("O.npy"), json.get("output").asText());
        assertEquals(path("L.npy"), json.get("lse").asText());
    }

    @Test
    void aParquetTableOfSequencesGivesAnother() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < QUERIES; i++) {
            rows.add(row("short", i));
        }
        for (int i = 0; i < 3; i++) {
            rows.add(row("tiny", i));
        }
        StructType columns = new StructType()
                .add("sequence", "string")
                .add("position", "long")
                .add("query", "array<float>")
                .add("key", "array<float>")
                .add("value", "array<float>");
        spark.createDataFrame(rows, columns).write().parquet(path("tokens.parquet"));
        attend("--input", path("tokens.parquet"), "--heads", "4", "--output", path("attended.parquet"));
        check("short", QUERIES);
        check("tiny", 3);
        assertEquals(Set.of("Q.npy", "K.npy", "V.npy", "tokens.parquet", "attended.parquet"), names());
    }

    private Row row(String sequence, int position) {
        return RowFactory.create(
                sequence, (long) position, row(query, position), row(key, position), row(value, position));
    }

    private static float[] row(NpyArray array, int row) {
        int width = array.shape()[1];
        return floats(array, row * width, width);
    }

    private void check(String sequence, int n) {
        ReferenceAttention.Result expected = ReferenceAttention.attend(
                SPEC,
                0,
                floats(query, 0, n * HEADS * KEY_WIDTH),
                floats(key, 0, n * GROUPS * KEY_WIDTH),
                floats(value, 0, n * GROUPS * VALUE_WIDTH));
        float[] output = new float[expected.output().length];
        float[] lse = new float[expected.lse().length];
        List<Row> rows = spark.read()
                .parquet(path("attended.parquet"))
                .where("sequence = '" + sequence + "'")
                .orderBy("position")
                .select("output", "lse")
                .collectAsList();
        assertEquals(n, rows.size());
        for (int i = 0; i < n; i++) {
            List<Float> outputs = rows.get(i).getList(0);
            List<Float> sums = rows.get(i).getList(1);
            for (int j = 0; j < HEADS * VALUE_WIDTH; j++) {
                output[i * HEADS * VALUE_WIDTH + j] = outputs.get(j);
            }
            for (int j = 0; j < HEADS; j++) {
                lse[i * HEADS + j] = sums.get(j);
            }
        }
        assertClose(expected.output(), output);
        assertClose(expected.lse(), lse);
    }
}
