package foco.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code foco attend} on input that is wrong: one line that names the place, exit code 1, nothing new in the folder, and an
 * output of an earlier run as it was.
 */
@SparkTest
class AttendRefusalsTest {
    private static final String FORMER = "the output of an earlier run";

    @TempDir
    private Path folder;

    private SparkSession spark;

    private final NpyArray query = NpyArray.random(new Random(1), 10, 8);
    private final NpyArray key = NpyArray.random(new Random(2), 20, 8);
    private final NpyArray value = NpyArray.random(new Random(3), 20, 6);

    @BeforeEach
    void writeFiles(SparkSession session) throws IOException {
        spark = session;
        query.float32(folder.resolve("Q.npy"));
        key.float32(folder.resolve("K.npy"));
        value.float32(folder.resolve("V.npy"));
        Files.writeString(folder.resolve("O.npy"), FORMER);
    }

    private Set<String> names() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.map(file -> folder.relativize(file).toString()).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** The line on standard error, with the folder left out of the paths. */
    private String refusal(String... options) throws IOException {
        Set<String> before = names();
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> arguments = new ArrayList<>(List.of("attend"));
        arguments.addAll(List.of(options));
        int code = Foco.run(new PrintWriter(out), new PrintWriter(err), arguments.toArray(String[]::new));
        assertEquals(1, code, err.toString());
        assertEquals("", out.toString());
        assertEquals(1, err.toString().lines().count(), err.toString());
        assertEquals(before, names());
        assertEquals(FORMER, Files.readString(folder.resolve("O.npy")));
        return err.toString().strip().replace(folder + "/", "");
    }

    private String refusalOfFiles(String... more) throws IOException {
        return refusalOfOutputs("L.npy", more);
    }

    private String refusalOfOutputs(String lse, String... more) throws IOException {
        List<String> options = new ArrayList<>(List.of(
                "--query",
                path("Q.npy"),
                "--key",
                path("K.npy"),
                "--value",
                path("V.npy"),
                "--output",
                path("O.npy"),
                "--lse",
                folder.resolve(lse).toString()));
        options.addAll(List.of(more));
        return refusal(options.toArray(String[]::new));
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    @Test
    void aMissingFile() throws IOException {
        Files.delete(folder.resolve("K.npy"));
        assertEquals("foco: K.npy does not exist; check the path", refusalOfFiles());
    }

    @Test
    void aTableThatIsNone() throws IOException {
        assertEquals(
                "foco: Q.npy is no Parquet table, or holds what is none; name a table, and .npy files by --query, --key and"
                        + " --value",
                refusal("--input", path("Q.npy"), "--output", path("T.parquet")));
    }

    @Test
    void aFileCutShort() throws IOException {
        byte[] whole = Files.readAllBytes(folder.resolve("K.npy"));
        Files.write(folder.resolve("K.npy"), java.util.Arrays.copyOf(whole, whole.length - 100));
        assertEquals(
                "foco: K.npy is cut short: header says 20 x 8 float32 = 640 bytes, file holds 540; copy or save it again",
                refusalOfFiles());
    }

    @Test
    void integersInPlaceOfFloats() throws IOException {
        key.write(folder.resolve("K.npy"), "<i4", new byte[20 * 8 * 4]);
        assertEquals(
                "foco: K.npy holds int32, and attention takes float16, bfloat16, float32 or float64; save it with"
                        + " .astype(numpy.float32)",
                refusalOfFiles());
    }

    @ParameterizedTest
    @CsvSource({
        "NaN, NaN, Q, 3, 5, 'row 3, column 5'",
        "Infinity, infinity, K, 19, 7, 'row 19, column 7'",
        "-Infinity, -infinity, V, 0, 0, 'row 0, column 0'",
    })
    void numbersThatAreNotFinite(float bad, String word, String file, int row, int column, String place)
            throws IOException {
        NpyArray array = file.equals("Q") ? query : file.equals("K") ? key : value;
        array.with(row * array.shape()[1] + column, bad).float32(folder.resolve(file + ".npy"));
        assertEquals(
                "foco: %s.npy holds %s at %s; replace it by a finite number, or leave the row out"
                        .formatted(file, word, place),
                refusalOfFiles("--heads", "2"));
    }

    @Test
    void aNumberBeyondFloat32() throws IOException {
        byte[] data = new byte[20 * 8 * 8];
        java.nio.ByteBuffer.wrap(data).putDouble((4 * 8 + 2) * 8, 4e38);
        key.write(folder.resolve("K.npy"), ">f8", data);
        assertEquals(
                "foco: K.npy holds 4.0E38 at row 4, column 2, beyond float32's range of 3.4e38; scale the array down",
                refusalOfFiles());
    }

    @Test
    void anEmptySequence() throws IOException {
        new NpyArray(new float[0], 0, 8).float32(folder.resolve("Q.npy"));
        assertTrue(refusalOfFiles().startsWith("foco: Q.npy has shape (0, 8); each dimension must be at least 1"));
    }

    @Test
    void headsThatDoNotDivide() throws IOException {
        assertEquals(
                "foco: --heads 3 does not divide the 8 columns of Q.npy; give a divisor of 8",
                refusalOfFiles("--heads", "3"));
        assertEquals(
                "foco: --kv-heads 4 does not divide the 6 columns of V.npy; give a divisor of 6",
                refusalOfFiles("--heads", "4"));
    }

    @Test
    void keysAndValuesOfUnlikeLengths() throws IOException {
        NpyArray.random(new Random(3), 21, 6).float32(folder.resolve("V.npy"));
        assertEquals("foco: K.npy has 20 tokens and V.npy has 21; each key needs one value", refusalOfFiles());
    }

    @Test
    void widerHeadsThanAKernelTakes() throws IOException {
        NpyArray.random(new Random(3), 10, 600).float32(folder.resolve("Q.npy"));
        NpyArray.random(new Random(3), 20, 600).float32(folder.resolve("K.npy"));
        String line = refusalOfFiles();
        assertTrue(line.contains("600") && line.contains("512"), line);
    }

    @Test
    void outputsThatCannotBe() throws IOException {
        assertTrue(refusalOfOutputs("O.npy").contains("two outputs are both O.npy"));
        assertTrue(refusalOfOutputs("Q.npy").contains("Q.npy is the input Q.npy"));
        assertTrue(refusalOfOutputs("no/L.npy").contains("does not exist; create it first"));
        assertTrue(refusalOfOutputs("").contains("is a directory"));
    }

    @Test
    void aTableThatIsNoTable() throws IOException {
        Files.writeString(folder.resolve("T.parquet"), "certainly not Parquet, though long enough to be looked at");
        String line = refusal("--input", path("T.parquet"), "--output", path("table"));
        assertTrue(line.contains("T.parquet") && line.contains("Parquet"), line);
    }

    /** At its end, where a reader begins, and in a page of numbers, which fail in unlike places of Spark. */
    @ParameterizedTest
    @ValueSource(ints = {-1, 60})
    void aDamagedParquetFileIsNamedWithTheMend(int place) throws IOException {
        spark.range(400)
                .selectExpr("id as position", "array(1f * id) as query", "array(1f) as key", "array(1f) as value")
                .coalesce(1)
                .write()
                .option("compression", "gzip")
                .parquet(path("T.parquet"));
        Path file;
        try (Stream<Path> files = Files.list(folder.resolve("T.parquet"))) {
            List<Path> all = files.toList();
            file = all.stream()
                    .filter(one -> one.toString().endsWith(".parquet"))
                    .findFirst()
                    .orElseThrow();
            for (Path sum : all) {
                if (sum.toString().endsWith(".crc")) {
                    Files.delete(sum);
                }
            }
        }
        byte[] bytes = Files.readAllBytes(file);
        int from = place < 0 ? bytes.length + place : place;
        Arrays.fill(bytes, from, Math.min(bytes.length, from + 30), (byte) 0xff);
        Files.write(file, bytes);
        String line = refusal("--input", path("T.parquet"), "--output", path("table"));
        assertTrue(line.contains(file.getFileName() + " cannot be read"), line);
        assertTrue(line.endsWith("; write it again"), line);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "select 0L as position, array(1f) as query, array(1f) as key|T.parquet has no column value; it needs"
                        + " position, query, key and value, and has position, query, key",
                "select 0L as position, 'a' as query, array(1f) as key, array(1f) as value|column query of T.parquet is"
                        + " neither array<float>, array<double> nor a vector; convert it",
                "select 0L as position, cast(null as array<float>) as query, array(1f) as key, array(1f) as value|"
                        + "T.parquet has a null in column query; each token needs an array of numbers",
                "select 0L as position, array(1f) as query, array(1f) as key, array(1f) as value where 1 = 2|"
                        + "T.parquet has no rows; give at least one token",
            })
    void aTableThatDoesNotFit(String query, String message) throws IOException {
        spark.sql(query).write().parquet(path("T.parquet"));
        assertEquals("foco: " + message, refusal("--input", path("T.parquet"), "--output", path("table")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "select id as position, array(1f) as query, array(1f) as key, array(1f) as value from range(1, 5)",
                "select id % 3 as position, array(1f) as query, array(1f) as key, array(1f) as value from range(5)",
                "select id * 2 as position, array(1f) as query, array(1f) as key, array(1f) as value from range(5)",
                "select if(id = 3, null, id) as position, array(1f) as query, array(1f) as key, array(1f) as value from"
                        + " range(5)",
                "select id as position, array(1f) as query, if(id = 3, null, array(1f)) as key, array(1f) as value from"
                        + " range(5)",
                "select id as position, array(1f) as query, array(1f) as key, if(id = 3, array(1f, 2f), array(1f)) as value"
                        + " from range(5)",
                "select id as position, array(1f) as query, array(if(id = 3, null, 1f)) as key, array(1f) as value from"
                        + " range(5)",
                "select id as position, array(1f) as query, array(if(id = 3, float('nan'), 1f)) as key, array(1f) as value"
                        + " from range(5)",
            })
    void aTableWithABadRow(String query) throws IOException {
        spark.sql(query).write().parquet(path("T.parquet"));
        String line = refusal("--input", path("T.parquet"), "--output", path("table"));
        assertTrue(line.startsWith("foco: "), line);
        // The place and the mend are the library's to tell; that it is no wrapping of Spark's shows here.
        assertFalse(line.contains("Exception") || line.contains("--verbose") || line.contains("stage"), line);
    }

    @Test
    void aTableThatExistsIsNotReplaced() throws IOException {
        spark.range(1).write().parquet(path("T.parquet"));
        assertEquals(
                "foco: T.parquet exists already; name a new directory or remove it",
                refusal("--input", path("T.parquet"), "--output", path("T.parquet")));
    }

    @Test
    void aFolderWithoutATableIsToldFromADamagedTable() throws IOException {
        Files.createDirectory(folder.resolve("T.parquet"));
        Files.createFile(folder.resolve("T.parquet/_SUCCESS"));
        String empty = "foco: T.parquet is a folder that holds no Parquet file; check the path";
        assertEquals(empty, refusal("--input", path("T.parquet"), "--output", path("table")));
        Files.createDirectory(folder.resolve("T.parquet/inner"));
        assertEquals(empty, refusal("--input", path("T.parquet"), "--output", path("table")));
    }

    @Test
    void aTablesColumnsMayBeInUpperCase(SparkSession spark) {
        spark.sql(
                        "select id as Position, array(1f, 2f) as QUERY, array(1f, 2f) as Key, array(1f) as vaLue from range(3)")
                .write()
                .parquet(path("T.parquet"));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Foco.run(
                new PrintWriter(out),
                new PrintWriter(err),
                "attend",
                "--input",
                path("T.parquet"),
                "--output",
                path("table"));
        assertEquals(0, code, err::toString);
        assertEquals(3, spark.read().parquet(path("table")).count());
    }
}
