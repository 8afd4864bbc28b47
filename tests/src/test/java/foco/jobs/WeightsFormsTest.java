package foco.jobs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code foco weights} writes, in each of its forms, against the softmax written out in float64. */
@SparkTest
class WeightsFormsTest {
    private static final int N = 5;
    private static final int HEADS = 2;
    private static final int WIDTH = 4;
    /** Of float32 inputs and outputs, relative; measured: 1e-7. */
    private static final double TOLERANCE = 1e-6;

    @TempDir
    private Path folder;

    private final NpyArray query = NpyArray.random(new Random(1), N, HEADS * WIDTH);
    private final NpyArray key = NpyArray.random(new Random(2), N, HEADS * WIDTH);
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void writeFiles() throws IOException {
        query.float32(folder.resolve("Q.npy"));
        key.float32(folder.resolve("K.npy"));
    }

    private int weights(String output, String... more) {
        List<String> arguments = new ArrayList<>(List.of("weights"));
        if (!List.of(more).contains("--input")) {
            arguments.addAll(List.of("--query", path("Q.npy"), "--key", path("K.npy")));
        }
        arguments.addAll(List.of("--heads", "2", "--causal", "--output", path(output)));
        arguments.addAll(List.of(more));
        return Foco.run(new PrintWriter(new StringWriter()), new PrintWriter(err), arguments.toArray(String[]::new));
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private double score(int head, int i, int j) {
        double dot = 0;
        for (int d = 0; d < WIDTH; d++) {
            dot += (double) query.values()[(i * HEADS + head) * WIDTH + d]
                    * key.values()[(j * HEADS + head) * WIDTH + d];
        }
        return j > i ? Double.NEGATIVE_INFINITY : dot / Math.sqrt(WIDTH);
    }

    private double weight(int head, int i, int j) {
        double sum = 0;
        for (int k = 0; k < N; k++) {
            sum += Math.exp(score(head, i, k));
        }
        return Math.exp(score(head, i, j)) / sum;
    }

    /** Each line's numbers beside what they must be. */
    private void checkLines(List<String> lines, int[] queries, String sequence, boolean weights) {
        int at = 0;
        for (int i : queries) {
            for (int head = 0; head < HEADS; head++) {
                for (int j = 0; j < N; j++) {
                    String line = lines.get(at++);
                    String before = "%s,%d,%d,%d,".formatted(sequence, i, head, j);
                    assertTrue(line.startsWith(before), line + " in place of " + before);
                    double due = weights ? weight(head, i, j) : score(head, i, j);
                    // As R, pandas and Java read a number.
                    assertEquals(due, Double.parseDouble(line.substring(before.length())), TOLERANCE, line);
                }
            }
        }
        assertEquals(at, lines.size());
    }

    @Test
    void aNameThatEndsInCsvIsOneFileWithALineForEachWeight() throws IOException {
        Files.writeString(folder.resolve("W.csv"), "of an earlier run");
        assertEquals(0, weights("W.csv", "--queries", "1,3-4"), err.toString());
        List<String> lines = Files.readAllLines(folder.resolve("W.csv"));
        assertEquals("sequence,position,head,key,weight", lines.get(0));
        checkLines(lines.subList(1, lines.size()), new int[] {1, 3, 4}, "0", true);
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(3, files.count());
        }
    }

    @Test
    void scoresOfSomeKeysAreCalledSoAndHiddenOnesAreMinusInfinity() throws IOException {
        assertEquals(0, weights("S.csv", "--stage", "masked", "--queries", "2"), err.toString());
        List<String> lines = Files.readAllLines(folder.resolve("S.csv"));
        assertEquals("sequence,position,head,key,score", lines.get(0));
        checkLines(lines.subList(1, lines.size()), new int[] {2}, "0", false);
        assertEquals(0, weights("T.csv", "--keys", "1-2", "--queries", "4", "--in-heads", "1"), err.toString());
        lines = Files.readAllLines(folder.resolve("T.csv"));
        assertEquals(
                List.of("0,4,1,1", "0,4,1,2"),
                lines.stream()
                        .skip(1)
                        .map(line -> line.replaceFirst(",[^,]*$", ""))
                        .toList());
    }

    @Test
    void theNameOfASequenceMayHoldCommasAndQuotes(SparkSession spark) throws IOException {
        StructType schema = new StructType()
                .add("sequence", DataTypes.StringType)
                .add("position", DataTypes.LongType)
                .add("query", DataTypes.createArrayType(DataTypes.FloatType))
                .add("key", DataTypes.createArrayType(DataTypes.FloatType));
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < N; i++) {
            rows.add(org.apache.spark.sql.RowFactory.create("a \"b\", c", (long) i, row(query, i), row(key, i)));
        }
        spark.createDataFrame(rows, schema).write().parquet(path("T.parquet"));
        assertEquals(0, weights("W.csv", "--input", path("T.parquet")), err.toString());
        List<String> lines = Files.readAllLines(folder.resolve("W.csv"));
        checkLines(lines.subList(1, lines.size()), new int[] {0, 1, 2, 3, 4}, "\"a \"\"b\"\", c\"", true);
    }

    private static Object row(NpyArray array, int i) {
        Float[] row = new Float[HEADS * WIDTH];
        for (int d = 0; d < row.length; d++) {
            row[d] = array.values()[i * row.length + d];
        }
        return row;
    }

    @Test
    void npyAndSafetensorsAreOneArrayAndAnyOtherNameATable(SparkSession spark) throws IOException {
        assertEquals(0, weights("W.npy"), err.toString());
        NpyArray array = NpyArray.read(folder.resolve("W.npy"));
        assertEquals(
                List.of(1, HEADS, N, N),
                java.util.Arrays.stream(array.shape()).boxed().toList());
        assertEquals(weight(1, 3, 2), array.values()[(N + 3) * N + 2], TOLERANCE);
        assertEquals(0, weights("W.safetensors"), err.toString());
        assertArrayEquals(
                array.values(),
                NpyArray.read(folder.resolve("W.safetensors:weights")).values());
        for (String name : List.of("W.parquet", "W", "W.v2")) {
            assertEquals(0, weights(name), err.toString());
            assertEquals(HEADS * N, spark.read().parquet(path(name)).count());
        }
    }
}
