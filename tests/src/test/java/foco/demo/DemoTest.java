package foco.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.demo.FirstLayerReference.Attended;
import foco.driver.text.Token;
import foco.driver.text.TokenizedText;
import foco.jobs.Foco;
import foco.jobs.demo.MiniLm;
import foco.testing.SparkTest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code foco demo} as a user runs it, in this JVM: what it prints and what it leaves, against float64. */
@SparkTest
class DemoTest {
    /** Of float32 against float64 over some thousand keys, relative to the largest number of a row; measured: 1e-6. */
    private static final double TOLERANCE = 1e-5;
    /** Half of the last of the two digits that the page prints, of a number from 10 on, and a float32's share. */
    private static final double PRINTED = 0.0501;

    private static final int CELL = 46;
    private static final int[] COLUMNS = {5, 5 + CELL + 2};
    private static final Pattern TITLE = Pattern.compile("(\\S+), token (\\d+).*");
    private static final Pattern TARGET = Pattern.compile(" *([\\d.e-]+)% +([\\d.]+)x .*?\\[(.+)\\].*");

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void printsWhatTheModelAttendsToAndLeavesTheWholeResult(SparkSession spark) throws IOException {
        Path output = folder.resolve("result");
        assertEquals(0, demo("--output", output.toString()), err.toString());
        TokenizedText text = tokenize(Files.readString(output.resolve("text.txt")));
        FirstLayerReference reference = new FirstLayerReference(
                text.tokens().stream().mapToInt(Token::id).toArray(),
                text.tokens().stream().mapToInt(Token::place).toArray());

        assertEquals(6, checkPage(out.toString(), text, reference));
        checkTable(
                spark.read()
                        .parquet(output.resolve("attention.parquet").toString())
                        .orderBy("position")
                        .collectAsList(),
                text,
                reference);
        assertEquals(out.toString(), Files.readString(output.resolve("page.txt")));
    }

    /** Every word and weight on the page; returns how many words it shows. */
    private static int checkPage(String page, TokenizedText text, FirstLayerReference reference) {
        int shown = 0;
        List<String> lines = page.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            for (int column : COLUMNS) {
                Matcher title = TITLE.matcher(cell(lines.get(i), column));
                if (lines.get(i).startsWith("     ") && title.matches()) {
                    checkSpot(lines.subList(i + 2, lines.size()), column, title, text, reference);
                    shown++;
                }
            }
        }
        return shown;
    }

    private static void checkSpot(
            List<String> lines, int column, Matcher title, TokenizedText text, FirstLayerReference reference) {
        int position = Integer.parseInt(title.group(2));
        assertEquals(title.group(1), text.word(position));
        Attended attended = reference.attend(position);
        for (int head = 0; head < FirstLayerReference.HEADS; head++) {
            Map<String, Double> words = strongestByWord(attended.weights()[head], text);
            List<Double> sorted = words.values().stream()
                    .sorted((a, b) -> Double.compare(b, a))
                    .toList();
            for (int rank = 0; rank < 2; rank++) {
                String line = lines.get(2 * head + rank);
                if (rank == 0) {
                    assertEquals(String.valueOf(head + 1), line.substring(0, 4).strip());
                }
                Matcher target = TARGET.matcher(cell(line, column));
                assertTrue(target.matches(), line);
                double printed = Double.parseDouble(target.group(1));
                String word = target.group(3).toLowerCase(Locale.ROOT);
                assertEquals(100 * sorted.get(rank), printed, PRINTED * printed, line);
                assertEquals(100 * words.get(word), printed, PRINTED * printed, line);
                double times = Double.parseDouble(target.group(2));
                assertEquals(
                        words.get(word) / pieces(word, text) * text.tokens().size(), times, PRINTED * times, line);
            }
        }
    }

    /** Of how many tokens a word consists. */
    private static int pieces(String word, TokenizedText text) {
        for (int token = 0; token < text.tokens().size(); token++) {
            if (!text.tokens().get(token).isMark() && text.word(token).equalsIgnoreCase(word)) {
                return text.lastOfWord(token) - text.firstOfWord(token) + 1;
            }
        }
        throw new AssertionError("the text has no word " + word);
    }

    /** For each spelling, the weight of its strongest occurrence, which is the sum over that word's pieces. */
    private static Map<String, Double> strongestByWord(double[] weights, TokenizedText text) {
        Map<Integer, Double> occurrences = new HashMap<>();
        Map<String, Double> words = new HashMap<>();
        for (int token = 0; token < weights.length; token++) {
            if (!text.tokens().get(token).isMark()) {
                double sum = occurrences.merge(text.firstOfWord(token), weights[token], Double::sum);
                words.merge(text.word(token).toLowerCase(Locale.ROOT), sum, Math::max);
            }
        }
        return words;
    }

    private static void checkTable(List<Row> rows, TokenizedText text, FirstLayerReference reference) {
        assertEquals(text.tokens().size(), rows.size());
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            Token token = text.tokens().get(i);
            assertEquals(i, row.<Long>getAs("position"));
            assertEquals(token.id(), row.<Integer>getAs("id"));
            assertEquals(token.piece(), row.getAs("token"));
            assertEquals(text.word(i), row.getAs("word"));
            assertEquals(token.paragraph(), row.<Integer>getAs("paragraph"));
            assertEquals(token.place(), row.<Integer>getAs("place"));
            assertEquals(token.start(), row.<Integer>getAs("start"));
            assertEquals(token.end(), row.<Integer>getAs("end"));
        }
        for (int i = 0; i < rows.size(); i += 311) {
            Attended attended = reference.attend(i);
            assertClose(attended.output(), rows.get(i).getList(rows.get(i).fieldIndex("output")));
            assertClose(attended.lse(), rows.get(i).getList(rows.get(i).fieldIndex("lse")));
        }
    }

    private static void assertClose(double[] expected, List<Float> actual) {
        assertEquals(expected.length, actual.size());
        double largest = 0;
        for (double value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        double[] floats = actual.stream().mapToDouble(Float::doubleValue).toArray();
        assertArrayEquals(expected, floats, TOLERANCE * largest);
    }

    @Test
    void showsTheWordsOfATextOfOnesOwn(SparkSession spark) throws IOException {
        Path letter = folder.resolve("uma carta.txt");
        // With a byte order mark, an emoji, and a paragraph that no model of 512 places takes whole.
        Files.writeString(
                letter, "\ufeffO farol \uD83C\uDF0A vê a vela.\n\n" + "A vela apaga, e o farol não. ".repeat(80));
        Path output = folder.resolve("result");
        String[] args = {
            "--text",
            letter.toString(),
            "--word",
            "VELA",
            "--tokens",
            "1,5",
            "--top",
            "3",
            "--output",
            output.toString()
        };
        assertEquals(0, demo(args), err.toString());
        String page = out.toString();
        assertTrue(page.contains("vela, token"), page);
        assertTrue(page.contains("occurrence 1 of 81"), page);
        assertTrue(page.contains("O, token 1"), page);
        // Once more into the same folder.
        assertEquals(0, demo(args), err.toString());
        assertEquals(timeless(page), timeless(out.toString()));
        List<Row> rows = spark.read()
                .parquet(output.resolve("attention.parquet").toString())
                .orderBy("position")
                .collectAsList();
        String text = Files.readString(output.resolve("text.txt"));
        assertFalse(text.startsWith("\ufeff"));
        for (Row row : rows) {
            String token = row.getAs("token");
            String piece = text.substring(row.getAs("start"), row.getAs("end"));
            assertTrue(row.<Integer>getAs("place") < 512);
            if (token.equals("farol")) {
                assertEquals("farol", piece);
            }
            if (token.equals("[SEP]")) {
                assertEquals("", piece);
            }
        }
        assertTrue(rows.get(rows.size() - 1).<Integer>getAs("paragraph") >= 2, "the long paragraph was cut");
    }

    @Test
    void refusesBadInputWithOneLineAndLeavesNothing() throws IOException {
        Path output = folder.resolve("result");
        Path latin =
                Files.write(folder.resolve("latin.txt"), "cora\u00e7\u00e3o".getBytes(StandardCharsets.ISO_8859_1));
        Path blank = Files.writeString(folder.resolve("blank.txt"), " \n\n ");
        assertFails("none.txt does not exist; check the path", "--text", "none.txt");
        assertFails(latin + " is not text in UTF-8; save it in that encoding", "--text", latin.toString());
        assertFails(blank + " holds no words; give a text", "--text", blank.toString());
        assertFails(folder + " is a folder; name a text file", "--text", folder.toString());
        assertFails("the text has no word 'lighthousekeeping'", "--word", "lighthousekeeping");
        assertFails("the text has no token 99999; its tokens are 0 to", "--tokens", "99999");
        assertFails("--top must be 1 or more, and is 0", "--top", "0");
        assertFalse(Files.exists(output));
        Files.createDirectory(output);
        Files.writeString(output.resolve("thesis.txt"), "years of work");
        assertFails(output + " exists and holds what this command did not write (thesis.txt); name another folder");
        assertEquals("years of work", Files.readString(output.resolve("thesis.txt")));
    }

    private void assertFails(String expected, String... args) {
        String[] withOutput = Arrays.copyOf(args, args.length + 2);
        withOutput[args.length] = "--output";
        withOutput[args.length + 1] = folder.resolve("result").toString();
        int code = demo(withOutput);
        List<String> lines =
                err.toString().lines().filter(line -> line.startsWith("foco: ")).toList();
        assertTrue(code == 1 || code == 2, "exit code " + code);
        assertEquals(1, lines.size(), err.toString());
        assertTrue(lines.get(0).startsWith("foco: " + expected), lines.get(0));
        assertFalse(err.toString().contains("\tat "), "no stack trace");
        assertEquals("", out.toString());
    }

    private int demo(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        String[] command = new String[args.length + 1];
        command[0] = "demo";
        System.arraycopy(args, 0, command, 1, args.length);
        return Foco.run(new PrintWriter(out, true), new PrintWriter(err, true), command);
    }

    private static TokenizedText tokenize(String text) throws IOException {
        return MiniLm.load().tokenize(text);
    }

    private static String cell(String line, int column) {
        return line.length() <= column ? "" : line.substring(column, Math.min(line.length(), column + CELL));
    }

    /** Without the line of the time that it took. */
    private static String timeless(String page) {
        return page.lines()
                .filter(line -> !line.startsWith("Embeddings, projections and attention took"))
                .reduce("", (a, b) -> a + "\n" + b);
    }
}
