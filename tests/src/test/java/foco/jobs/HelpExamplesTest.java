package foco.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.models.SmallBert;
import foco.report.AnalysisFolders;
import foco.testing.SparkTest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * Every example of every help page, as it is printed: on small files of the names and forms that it tells of, and with the
 * numbers that make it long replaced by small ones. What {@code spark-submit} would take from the line is left out.
 */
@SparkTest
class HelpExamplesTest {
    private static final Pattern CONTINUED = Pattern.compile("\\\\\\R\\s*");
    private static final Pattern WORD = Pattern.compile("('[^']*'|\"[^\"]*\"|[^ '\"])+");
    private static final Pattern FILE = Pattern.compile(".*\\.(npy|parquet|csv|txt|analysis)");
    private static final List<String> SPARKS = List.of("--master", "--num-executors");
    /** What makes a measurement short, in place of what its example says. */
    private static final Map<String, Map<String, String>> QUICK = Map.of(
            "kernel", Map.of("--n", "1024", "--heads", "1", "--seconds", "0.02"),
            "dense", Map.of("--rows", "64", "--turns", "1", "--seconds", "0.01"),
            "analysis", Map.of("--n", "1024", "--turns", "1"),
            "spark", Map.of("--tokens", "3000", "--seconds", "0.02"),
            "split-keys", Map.of("--keys", "3000", "--times", "1", "--seconds", "0.02"));

    @TempDir
    private static Path folder;

    @TestFactory
    Stream<DynamicTest> everyExampleRuns(SparkSession spark) {
        return pages(new CommandLine(new Foco()), List.of()).flatMap(page -> {
            List<List<String>> examples = examples(page.text());
            assertFalse(examples.isEmpty() && !page.path().isEmpty(), page.path() + " has no examples");
            return examples.stream()
                    .filter(example -> !example.equals(List.of("demo"))) // see DocsCommandsIT
                    .filter(example -> !example.equals(List.of("ask", "book"))) // a prompt, see AskTest
                    .map(example -> DynamicTest.dynamicTest(String.join(" ", example), () -> run(example, spark)));
        });
    }

    private record Page(List<String> path, String text) {}

    private static Stream<Page> pages(CommandLine command, List<String> path) {
        StringWriter out = new StringWriter();
        List<String> words = new ArrayList<>(path);
        words.add("--help");
        Foco.run(new PrintWriter(out), new PrintWriter(out), words.toArray(String[]::new));
        return Stream.concat(
                Stream.of(new Page(path, out.toString())),
                command.getSubcommands().entrySet().stream().flatMap(each -> {
                    List<String> below = new ArrayList<>(path);
                    below.add(each.getKey());
                    return pages(each.getValue(), below);
                }));
    }

    /** The words of each command line, as a shell would part them. */
    private static List<List<String>> examples(String page) {
        int from = page.indexOf("Examples:");
        return from < 0
                ? List.of()
                : CONTINUED
                        .matcher(page.substring(from))
                        .replaceAll(" ")
                        .lines()
                        .map(String::strip)
                        .filter(line -> line.startsWith("foco "))
                        .map(line -> words(line.substring("foco ".length())))
                        .toList();
    }

    private static List<String> words(String line) {
        return WORD.matcher(line)
                .results()
                .map(word -> word.group().replaceAll("['\"]", ""))
                .toList();
    }

    private static void run(List<String> example, SparkSession spark) throws IOException {
        Path here = Files.createTempDirectory(folder, "example");
        writeFiles(here, example, spark);
        List<String> arguments = new ArrayList<>();
        for (int i = 0; i < example.size(); i++) {
            String word = example.get(i);
            if (SPARKS.contains(word)) {
                i++;
            } else {
                arguments.add(FILE.matcher(word).matches() ? here.resolve(word).toString() : word);
            }
        }
        if (example.get(0).equals("bench")) {
            QUICK.get(example.get(1)).forEach((option, value) -> replace(arguments, option, value));
        } else if (example.get(0).equals("demo") || example.get(0).equals("analyze")) {
            replace(arguments, "--output", here.resolve("result").toString());
        } else if (example.get(0).equals("ask")) {
            arguments.set(1, analysis().toString());
        } else if (example.get(0).equals("fill")) {
            SmallBert.write(here.resolve("bert"));
            replace(arguments, "--model", here.resolve("bert").toString());
        }
        if (example.contains("page")) {
            replace(arguments, "--output", here.resolve("page").toString());
        }
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Foco.run(new PrintWriter(out), new PrintWriter(err), arguments.toArray(String[]::new));
        assertEquals(0, code, arguments + "\n" + err);
        assertFalse(out.toString().isBlank(), arguments.toString());
        int output = arguments.indexOf("--output");
        assertTrue(output < 0 || Files.exists(Path.of(arguments.get(output + 1))), arguments.toString());
    }

    /** An analysis of a few words, made once. */
    private static synchronized Path analysis() throws IOException {
        Path made = folder.resolve("book");
        if (!Files.exists(made)) {
            Path text = Files.writeString(
                    folder.resolve("book.txt"),
                    "I sat on the bank of the river, and then I went to the bank in the town.");
            StringWriter err = new StringWriter();
            int code = Foco.run(
                    new PrintWriter(new StringWriter()),
                    new PrintWriter(err),
                    "analyze",
                    text.toString(),
                    "--model",
                    "minilm",
                    "--layers",
                    "1-3",
                    "--output",
                    made.toString());
            assertEquals(0, code, err::toString);
        }
        return made;
    }

    private static void replace(List<String> arguments, String option, String value) {
        int at = arguments.indexOf(option);
        if (at < 0) {
            arguments.addAll(List.of(option, value));
        } else {
            arguments.set(at + 1, value);
        }
    }

    /** As wide as the example's heads ask for, and as long as its queries. */
    private static void writeFiles(Path here, List<String> example, SparkSession spark) throws IOException {
        int heads = number(example, "--heads", 1);
        int width = heads == 1 ? 64 : 8;
        int tokens = Math.max(100, number(example, "--queries", 0) + 1);
        Random random = new Random(8);
        for (String word : example) {
            int columns = width * (word.equals("Q.npy") ? heads : number(example, "--kv-heads", heads));
            if (Pattern.matches("P?[QKV]\\.npy", word)) {
                NpyArray.random(random, tokens, columns).float32(here.resolve(word));
            }
        }
        if (example.contains("tokens.parquet")) {
            String vector =
                    "transform(sequence(1, %d), i -> cast(sin(id + i * %%d) as float)) as %%s".formatted(8 * heads);
            spark.range(1000)
                    .selectExpr(
                            "id as position",
                            vector.formatted(1, "query"),
                            vector.formatted(2, "key"),
                            vector.formatted(3, "value"),
                            "cast(id div 300 as string) as text")
                    .write()
                    .parquet(here.resolve("tokens.parquet").toString());
        }
        if (example.contains("book.analysis") && example.get(0).equals("report")) {
            AnalysisFolders.small(spark, here.resolve("book.analysis"));
        }
        Files.writeString(here.resolve("book.txt"), "One.\n\nTwo and three.\n");
        Files.writeString(here.resolve("lines.txt"), "One.\nTwo and three.\n");
        Files.writeString(here.resolve("letter.txt"), "I wrote to you, and you to me.\n\nAre you well?\n");
    }

    /** The number of an option, of a range its last. */
    private static int number(List<String> example, String option, int otherwise) {
        int at = example.indexOf(option);
        return at < 0 ? otherwise : Integer.parseInt(example.get(at + 1).replaceFirst(".*[-,]", ""));
    }
}
