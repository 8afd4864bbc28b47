package foco.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import picocli.CommandLine;

/** The help page of every command, as a terminal of 80 columns shows it. */
class HelpPagesTest {
    private static final int COLUMNS = 80;
    private static final int ENDLESS = 10_000;

    @TestFactory
    Stream<DynamicTest> noLineIsWiderThanATerminalAndNoWordIsBroken() {
        return commands(new CommandLine(new Foco()), List.of())
                .map(path -> DynamicTest.dynamicTest("foco " + String.join(" ", path), () -> {
                    String page = page(path);
                    for (String line : page.lines().toList()) {
                        assertTrue(line.length() <= COLUMNS, line);
                    }
                    CommandLine wide = new CommandLine(new Foco()).setUsageHelpWidth(ENDLESS);
                    for (String name : path) {
                        wide = wide.getSubcommands().get(name);
                    }
                    List<String> whole = words(wide.getUsageMessage());
                    List<String> broken = new ArrayList<>(words(page));
                    broken.removeAll(whole);
                    assertEquals(List.of(), broken);
                    assertEquals(whole.size(), words(page).size());
                }));
    }

    @Test
    void helpExplainsWhatStandsBehindIt() {
        assertEquals(page(List.of()), foco("help"));
        assertEquals(page(List.of("attend")), foco("help", "attend"));
        assertEquals(page(List.of("bench", "kernel")), foco("help", "bench", "kernel"));
    }

    private static Stream<List<String>> commands(CommandLine command, List<String> path) {
        return Stream.concat(
                Stream.of(path), command.getSubcommands().entrySet().stream().flatMap(each -> {
                    List<String> below = new ArrayList<>(path);
                    below.add(each.getKey());
                    return commands(each.getValue(), below);
                }));
    }

    private static String page(List<String> path) {
        List<String> words = new ArrayList<>(path);
        words.add("--help");
        return foco(words.toArray(String[]::new));
    }

    private static String foco(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        assertEquals(0, Foco.run(new PrintWriter(out), new PrintWriter(err), arguments), err.toString());
        assertEquals("", err.toString());
        return out.toString();
    }

    private static List<String> words(String page) {
        return List.of(page.strip().split("\\s+"));
    }
}
