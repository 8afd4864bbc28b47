package foco.jobs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.file.Safetensors;
import foco.testing.SparkTest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code foco encode} and {@code foco model}; that the numbers are the model's, the tests of models tell. */
@SparkTest
class EncodeCommandTest {

    private static final int WIDTH = 384;
    private static final String TEXT = "The bank was dirty.\n\nSo I went to the bank, naïve as I am.\n";

    @TempDir
    private Path folder;

    private Path text;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void write() throws IOException {
        text = Files.writeString(folder.resolve("text.txt"), TEXT);
    }

    @Test
    void theFormsOfTheOutputHoldTheSameStates(SparkSession spark) throws IOException {
        encode(text, "--output", in("a.npy"));
        encode(text, "--output", in("a.safetensors"), "--layers", "0,6");
        encode(text, "--output", in("a.parquet"));
        NpyArray states = NpyArray.read(folder.resolve("a.npy"));
        Safetensors tensors = Safetensors.open(in("a.safetensors"), new Configuration(false));
        int tokens = tensors.shape("id").get(0).intValue();
        assertArrayEquals(new int[] {tokens, WIDTH}, states.shape());
        assertArrayEquals(states.values(), tensors.read("hidden.6"));
        assertEquals(tokens * WIDTH, tensors.read("hidden.0").length);
        List<Row> rows = spark.read()
                .parquet(in("a.parquet"))
                .orderBy("position")
                .select("position", "token", "id", "start", "end", "layer", "hidden", "document")
                .collectAsList();
        assertEquals(tokens, rows.size());
        for (int i = 0; i < tokens; i++) {
            Row row = rows.get(i);
            assertEquals(i, row.getLong(0));
            assertEquals(6, row.getInt(5));
            assertEquals(text.toString(), row.getString(7));
            List<Float> hidden = row.getList(6);
            for (int j = 0; j < WIDTH; j++) {
                assertEquals(states.values()[i * WIDTH + j], hidden.get(j));
            }
            String covered =
                    TEXT.substring(row.getInt(3), row.getInt(4)).toLowerCase().replace("ï", "i");
            assertTrue(
                    row.getString(1).startsWith("[")
                            ? covered.isEmpty()
                            : row.getString(1).endsWith(covered),
                    row.getString(1) + " covers " + covered);
        }
        assertEquals("[CLS]", rows.get(0).getString(1));
        assertEquals(101, rows.get(0).getInt(2));
    }

    @Test
    void aVectorForEachLineIsTheMeanOfItsTokensOfLengthOne() throws IOException {
        Path lines = Files.writeString(folder.resolve("lines.txt"), "The sea.\n\nA bank, a bank and a bank.\n");
        encode(lines, "--lines", "--pool", "mean", "--normalize", "--output", in("v.npy"));
        NpyArray vectors = NpyArray.read(folder.resolve("v.npy"));
        assertArrayEquals(new int[] {2, WIDTH}, vectors.shape());
        Path second = Files.writeString(folder.resolve("second.txt"), "A bank, a bank and a bank.");
        encode(second, "--output", in("s.npy"));
        NpyArray states = NpyArray.read(folder.resolve("s.npy"));
        double[] mean = new double[WIDTH];
        for (int i = 0; i < states.values().length; i++) {
            mean[i % WIDTH] += states.values()[i];
        }
        double length = Math.sqrt(Arrays.stream(mean).map(x -> x * x).sum());
        for (int j = 0; j < WIDTH; j++) {
            assertEquals(mean[j] / length, vectors.values()[WIDTH + j], 1e-7);
        }
        encode(second, "--pool", "cls", "--output", in("c.npy"));
        assertArrayEquals(
                Arrays.copyOf(states.values(), WIDTH),
                NpyArray.read(folder.resolve("c.npy")).values());
        encode(second, "--pool", "last", "--output", in("l.npy"));
        assertArrayEquals(
                Arrays.copyOfRange(states.values(), states.values().length - WIDTH, states.values().length),
                NpyArray.read(folder.resolve("l.npy")).values());
    }

    @Test
    void keptQueriesAndKeysGiveTheWeightsOfTheirLayer() throws IOException {
        encode(text, "--keep", "2", "--output", in("k.npy"));
        run(
                0,
                "weights",
                "--query",
                in("k.layer2.query.npy"),
                "--key",
                in("k.layer2.key.npy"),
                "--heads",
                "12",
                "--queries",
                "3",
                "--output",
                in("w.npy"));
        int tokens = NpyArray.read(folder.resolve("k.npy")).shape()[0];
        assertArrayEquals(
                new int[] {1, 12, 1, tokens},
                NpyArray.read(folder.resolve("w.npy")).shape());
        assertArrayEquals(
                new int[] {tokens, 12},
                NpyArray.read(folder.resolve("k.layer2.lse.npy")).shape());
    }

    @Test
    void aTextBeyondThePlacesIsReadAsAskedAndTheOutputSaysHow() throws IOException {
        Path large = Files.writeString(folder.resolve("long.txt"), "one two three.\n\n".repeat(150));
        String paragraphs = encode(large, "--output", in("p.npy"));
        assertTrue(paragraphs.contains("begin again in each of 150 paragraphs"), paragraphs);
        assertTrue(paragraphs.contains("the longest text has 900"), paragraphs);
        String stretch = encode(large, "--positions", "stretch", "--output", in("s.npy"));
        assertTrue(stretch.contains("stretched up to 1.2 times"), stretch);
        String windows = encode(large, "--positions", "windows", "--output", in("w.npy"));
        assertTrue(windows.contains("2 windows attend only to themselves"), windows);
        assertArrayEquals(
                NpyArray.read(folder.resolve("s.npy")).shape(),
                NpyArray.read(folder.resolve("w.npy")).shape());
        assertRefused("and the model was trained on 512 places", large, "--positions", "refuse");
        String fits = encode(text, "--output", in("f.npy"));
        assertTrue(fits.contains("every text fits the 512"), fits);
    }

    @Test
    void aTableAndAFolderOfTextsAreReadTextByText(SparkSession spark) throws IOException {
        spark.sql("select 'b' as document, 'The sea.' as text union all select 'a', 'A bank.'")
                .coalesce(1)
                .write()
                .parquet(in("texts.parquet"));
        encode(folder.resolve("texts.parquet"), "--pool", "mean", "--output", in("t.parquet"));
        List<Row> rows = spark.read().parquet(in("t.parquet")).collectAsList();
        assertEquals(
                List.of("b", "a"), rows.stream().map(row -> row.getString(0)).toList());
        Path texts = Files.createDirectory(folder.resolve("texts"));
        Files.writeString(texts.resolve("1.txt"), "The sea.");
        Files.writeString(texts.resolve("2.txt"), "A bank.");
        encode(texts, "--pool", "mean", "--output", in("f.npy"));
        NpyArray vectors = NpyArray.read(folder.resolve("f.npy"));
        for (int d = 0; d < 2; d++) {
            List<Float> vector = rows.get(d).getList(1);
            for (int j = 0; j < WIDTH; j++) {
                assertEquals(vectors.values()[d * WIDTH + j], vector.get(j));
            }
        }
    }

    @Test
    void whatCannotBeReadIsRefusedByNameAndLeavesNothing() throws IOException {
        Path binary = Files.write(folder.resolve("binary.txt"), new byte[] {'a', (byte) 0xff});
        assertRefused("binary.txt is not text in UTF-8", binary);
        Path empty = Files.writeString(folder.resolve("empty.txt"), " \n");
        assertRefused("empty.txt holds no words", empty);
        assertRefused("nothing.txt does not exist", folder.resolve("nothing.txt"));
        assertRefused("--layers 7: the model has layers 0 to 6", text, "--layers", "7");
        assertRefused("--keep 0: the model has layers 1 to 6", text, "--keep", "0");
        run(1, "encode", text.toString(), "--model", in("no"), "--output", in("x.npy"));
        assertTrue(err.toString().contains("There is no model"), err.toString());
        run(2, "encode", text.toString(), "--model", "minilm", "--output", in("x.npy"), "--pool", "max");
        run(2, "encode", text.toString(), "--model", "minilm", "--output", in("x.docx"));
        run(2, "encode", text.toString(), "--model", "minilm", "--output", in("x.npy"), "--normalize");
        assertFalse(Files.exists(folder.resolve("x.npy")));
    }

    @Test
    void modelTellsWhatItIsAndWhatATextTakes() {
        run(0, "model", "minilm");
        String told = out.toString();
        for (String part : List.of(
                "minilm, BERT",
                "6, width 384; 12 heads of width 32; feed-forward 1,536",
                "30,522",
                "512, learned",
                "22,565,376 numbers",
                "100,000 tokens take about")) {
            assertTrue(told.contains(part), told);
        }
    }

    private void assertRefused(String told, Path input, String... options) {
        String[] more = new String[options.length + 2];
        System.arraycopy(options, 0, more, 0, options.length);
        more[options.length] = "--output";
        more[options.length + 1] = in("x.npy");
        run(1, arguments(input, more));
        assertTrue(err.toString().contains(told), err.toString());
        assertEquals(1, err.toString().lines().count(), err.toString());
        assertFalse(Files.exists(folder.resolve("x.npy")));
    }

    private String encode(Path input, String... options) {
        run(0, arguments(input, options));
        return out.toString();
    }

    private static String[] arguments(Path input, String... options) {
        String[] all = new String[options.length + 4];
        all[0] = "encode";
        all[1] = input.toString();
        all[2] = "--model";
        all[3] = "minilm";
        System.arraycopy(options, 0, all, 4, options.length);
        return all;
    }

    private void run(int code, String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        int actual = Foco.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
        assertEquals(code, actual, String.join(" ", arguments) + "\n" + err);
    }

    private String in(String name) {
        return folder.resolve(name).toString();
    }
}
