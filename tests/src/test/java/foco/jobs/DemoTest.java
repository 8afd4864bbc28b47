package foco.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import foco.testing.SparkTest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code foco demo} as a user runs it, in this JVM, on a text of its own; the bundled one is for the tests of the docs. */
@SparkTest
class DemoTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    @Tag("slow")
    void printsThreeFindingsAndLeavesAPageAndItsTables() throws IOException {
        Path letter = folder.resolve("uma carta.txt");
        // With a byte order mark and an emoji.
        Files.writeString(letter, "\ufeffO farol \uD83C\uDF0A vê a vela.\n\nA vela do barco rasgou.\n");
        Path output = folder.resolve("result");
        String[] args = {"--text", letter.toString(), "--word", "VELA", "--output", output.toString()};
        assertEquals(0, demo(args), err.toString());
        List<String> told = findings(out.toString());
        assertEquals(3, told.size(), out.toString());
        assertTrue(
                told.get(0).contains("2 occurrences of \u201cVELA\u201d are told apart most by layer "), told.get(0));
        JsonNode analysis = new ObjectMapper()
                .readTree(output.resolve("analysis/analysis.json").toFile());
        List<String> found = new ArrayList<>();
        analysis.path("findings")
                .forEach(finding -> found.add(finding.path("text").asText()));
        assertTrue(found.containsAll(told), () -> told + " of " + found);
        assertTrue(out.toString().contains(output + "/report/index.html"), out.toString());
        assertTrue(Files.readString(output.resolve("report/index.html")).contains("O farol"));

        // Once more into the same folder, which is replaced as a whole.
        Set<String> before = folders(output);
        assertEquals(0, demo("--text", letter.toString(), "--output", output.toString()), err.toString());
        assertFalse(Files.exists(output.resolve("analysis/words")), "of the first demo");
        assertTrue(before.containsAll(folders(output)), folders(output)::toString);
    }

    /** The items of the list, each a line. */
    private static List<String> findings(String page) {
        List<String> found = new ArrayList<>();
        for (String line : page.lines().toList()) {
            if (line.startsWith("  - ")) {
                found.add(line.substring(4));
            } else if (line.startsWith("    ")) {
                found.add(found.remove(found.size() - 1) + " " + line.strip());
            }
        }
        return found;
    }

    /** All folders below it. */
    private static Set<String> folders(Path output) throws IOException {
        try (Stream<Path> all = Files.walk(output)) {
            return all.filter(Files::isDirectory)
                    .map(path -> output.relativize(path).toString())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    @Test
    void refusesBadInputWithOneLineAndLeavesNothing() throws IOException {
        Path output = folder.resolve("result");
        Path latin =
                Files.write(folder.resolve("latin.txt"), "cora\u00e7\u00e3o".getBytes(StandardCharsets.ISO_8859_1));
        Path blank = Files.writeString(folder.resolve("blank.txt"), " \n\n ");
        assertFails("none.txt does not exist; check the path", "--text", "none.txt");
        assertFails(latin + " is not text in UTF-8; save it in that encoding", "--text", latin.toString());
        assertFails(blank + " holds no", "--text", blank.toString());
        assertFails(folder + " is a folder; name a text file", "--text", folder.toString());
        assertFails("the text does not hold the word \"lighthousekeeping\"", "--word", "lighthousekeeping");
        assertFails("--word is empty; leave it out, or name a word", "--word", " ");
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
}
