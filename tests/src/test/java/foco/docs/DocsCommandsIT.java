package foco.docs;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import foco.docs.Documents.Code;
import foco.jobs.Foco;
import foco.jobs.NpyArray;
import foco.launcher.EchoingSpark;
import foco.testing.FocoCommand;
import foco.testing.FocoCommand.Outcome;
import foco.testing.SparkTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** The command lines that the documents print: all are understood as printed, and those that take seconds are run. */
@SparkTest
class DocsCommandsIT {

    private static final Pattern FOCO = Pattern.compile("(\\w+=\\S+ )*\\./foco\\b.*");
    /** What there is to read and not to run. */
    private static final String FORMULA = "text";

    private static final Set<String> SHELL = Set.of("", "sh", "bash");
    /** Run by whoever builds Foco, and by {@link ExampleProjectIT}. */
    private static final Set<String> MAVEN = Set.of(
            "mvn verify",
            "mvn -Pfuzz -Dfoco.fuzz.minutes=60",
            "mvn -Pthorough verify",
            "mvn -Pbench",
            "mvn -Pbench -Dfoco.bench.main=foco.bench.EncodeComparison -Dfoco.bench.threads=2 -Dfoco.bench.text=book.txt",
            "mvn -Pmultilingual",
            "mvn -Pbench-spark",
            "mvn -q install -Dmaven.test.skip=true",
            "mvn -q compile exec:exec",
            "mvn -q test",
            "mvn -q -pl tests -am package -DskipTests -Ppictures -Dfoco.report=book.analysis/report",
            "mvn -q spotless:apply",
            "mvn -q -pl kernels test -Dtest=CausalMaskTest",
            "mvn -q -pl tests -am package -Dtest=AttentionTest -Dsurefire.failIfNoSpecifiedTests=false",
            "mvn -q -pl tests -am verify -Dit.test=ClusterIT -Dtest=NONE -Dsurefire.failIfNoSpecifiedTests=false");
    /** Options of Java's. */
    private static final Set<String> OTHERS = Set.of("--add-modules");

    private static final int TOKENS = 4100;
    private static final int WIDTH = 16;

    @TempDir
    private Path folder;

    private Path foco;
    private EchoingSpark spark;

    @BeforeEach
    void linkLauncher() throws IOException {
        foco = Files.createSymbolicLink(
                folder.resolve("foco"), FocoCommand.inCheckout().launcher());
        spark = EchoingSpark.in(folder);
    }

    @AfterEach
    void unlink() throws IOException {
        Files.delete(foco); // JUnit warns of links that lead out of its folder
    }

    /** Commands and what they print, apart where a blank line is between them. */
    private static List<Code> shellBlocks() throws IOException {
        return Documents.blocks().stream()
                .filter(block -> SHELL.contains(block.language()))
                .flatMap(block -> Stream.of(block.text().strip().split("\n\n+"))
                        .map(part -> new Code(block.place(), block.language(), part + "\n", false)))
                .toList();
    }

    private static boolean isCommand(String line) {
        return FOCO.matcher(line).matches() || line.startsWith("mvn ");
    }

    private static boolean isCommands(Code block) {
        return isCommand(block.lines().get(0));
    }

    /** Of blocks, and those between words that have options. */
    static List<String> commands() throws IOException {
        Stream<String> ofBlocks = shellBlocks().stream()
                .filter(DocsCommandsIT::isCommands)
                .flatMap(block -> block.lines().stream())
                .filter(line -> FOCO.matcher(line).matches());
        Stream<String> ofSpans = Documents.spans().stream()
                .map(Code::text)
                .filter(span -> span.matches("\\./foco .* .*") && !span.contains("..."));
        return Stream.concat(ofBlocks, ofSpans).distinct().toList();
    }

    static List<String> quickCommands() throws IOException {
        return commands().stream()
                .filter(command -> command.matches("\\./foco (attend|weights) .*"))
                .filter(command -> !command.matches(".*(://|--master|--help).*"))
                .toList();
    }

    @Test
    void everyBlockIsOfAKindThatIsTested() throws IOException {
        Set<String> languages = new HashSet<>(SHELL);
        languages.addAll(Set.of("java", "xml", "sql", "python", FORMULA));
        for (Code block : Documents.blocks()) {
            assertTrue(languages.contains(block.language()), () -> "no test knows this language: " + block);
        }
        List<Code> blocks = shellBlocks();
        for (int i = 0; i < blocks.size(); i++) {
            Code block = blocks.get(i);
            if (isCommands(block)) {
                for (String line : block.lines()) {
                    assertTrue(FOCO.matcher(line).matches() || MAVEN.contains(line), () -> block.place() + ": " + line);
                }
            } else {
                boolean known = i > 0 && (isPlan(blocks.get(i - 1)) || isDemo(blocks.get(i - 1)));
                assertTrue(known, () -> "no test knows what printed this: " + block);
            }
        }
    }

    private static boolean isPlan(Code block) {
        return block.lines().size() == 1 && block.lines().get(0).startsWith("./foco plan ");
    }

    private static boolean isDemo(Code block) {
        return block.text().strip().equals("./foco demo");
    }

    /** Some of its lines, in their order: a page is long. */
    @Test
    void theDemoPrintsTheLinesThatStandBelowIt() throws IOException {
        List<Code> blocks = shellBlocks();
        List<Code> printed = IntStream.range(1, blocks.size())
                .filter(i -> isDemo(blocks.get(i - 1)) && !isCommands(blocks.get(i)))
                .mapToObj(blocks::get)
                .toList();
        assertFalse(printed.isEmpty());
        Outcome outcome = shell("./foco demo", Map.of());
        assertEquals(0, outcome.exitCode(), outcome::toString);
        for (Code some : printed) {
            Iterator<String> page = outcome.output().lines().map(String::strip).iterator();
            for (String line : some.lines()) {
                boolean found = false;
                while (!found && page.hasNext()) {
                    found = page.next().equals(line);
                }
                assertTrue(found, () -> some.place() + ": the demo does not print this line here: " + line);
            }
        }
    }

    @Test
    void aPlanPrintsWhatStandsBelowIt() throws IOException {
        List<Code> blocks = shellBlocks();
        int plans = 0;
        for (int i = 0; i + 1 < blocks.size(); i++) {
            if (isPlan(blocks.get(i)) && !isCommands(blocks.get(i + 1))) {
                Outcome outcome = shell(blocks.get(i).text(), Map.of());
                assertEquals(
                        withoutFewBytes(blocks.get(i + 1).text()),
                        withoutFewBytes(outcome.output()),
                        blocks.get(i)::toString);
                plans++;
            }
        }
        assertTrue(plans > 0);
    }

    /** Some hundred bytes are the serialized form of a spec, and change with any of its classes. */
    private static String withoutFewBytes(String plan) {
        return plan.replaceAll("\\b\\d{1,3} bytes", "few bytes");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void itIsUnderstoodAsPrinted(String command) throws IOException {
        boolean withoutSpark = command.matches("./foco (plan .*|help)") || command.contains("--help");
        Outcome outcome = withoutSpark
                ? shell(command, Map.of())
                : shell(
                        command.replaceFirst("^SPARK_HOME=\\S+ ", ""),
                        Map.of("SPARK_HOME", spark.home().toString()));
        assertEquals(0, outcome.exitCode(), outcome::toString);
        if (!withoutSpark) {
            assertParsed(spark.commandArguments());
        }
    }

    @ParameterizedTest
    @MethodSource("quickCommands")
    void itRunsAsPrinted(String command, SparkSession session) throws IOException {
        writeInputs(command, session);
        Outcome outcome = shell(command, Map.of());
        assertEquals(0, outcome.exitCode(), outcome::toString);
        Matcher output = Pattern.compile("--output (\\S+)").matcher(command);
        assertTrue(output.find(), command);
        assertTrue(Files.exists(folder.resolve(output.group(1))), outcome::toString);
    }

    /** Inputs of the names that the command has, for as many heads as it says. */
    private void writeInputs(String command, SparkSession session) throws IOException {
        int heads = number(command, "--heads", 1);
        int keyValueHeads = number(command, "--kv-heads", heads);
        Matcher file =
                Pattern.compile("--(?:past-)?(query|key|value|input) (\\S+)").matcher(command);
        while (file.find()) {
            Path path = folder.resolve(file.group(2));
            int width = WIDTH * (file.group(1).equals("query") ? heads : keyValueHeads);
            if (file.group(1).equals("input")) {
                String vector = "transform(sequence(1, %d), i -> float(sin(id * i))) as %s";
                session.range(TOKENS)
                        .selectExpr(
                                "id as position",
                                vector.formatted(WIDTH * heads, "query"),
                                vector.formatted(width, "key"),
                                vector.formatted(width, "value"))
                        .write()
                        .parquet(path.toUri().toString());
            } else {
                NpyArray.random(new Random(7), TOKENS, width).float32(path);
            }
        }
    }

    private static int number(String command, String option, int otherwise) {
        Matcher matcher = Pattern.compile(option + " (\\d+)").matcher(command);
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : otherwise;
    }

    @Test
    void theOptionsOfATableAreParsedByAttend() throws IOException {
        Set<String> ofLauncher = launcherOptions();
        int parsed = 0;
        String before = "";
        for (Code span : Documents.spans()) {
            if (span.table() && span.text().matches("--[a-z-]+[ =].+")) {
                before = span.text().replaceFirst("[ =].*", "");
                if (ofLauncher.contains(before)) {
                    continue;
                }
            } else if (!span.table()
                    || !before.equals("--rope-scaling")
                    || !span.text().matches("[a-z]+:[A-Z,]+")) {
                continue;
            }
            String options = span.text().startsWith("--") ? span.text() : before + " " + span.text();
            assertParsed(attendWith(options));
            parsed++;
        }
        assertTrue(parsed > 20, "options of " + parsed + " rows");
    }

    /** A word in capitals stands for a number or a name; an ellipsis for more of them. */
    private static List<String> attendWith(String options) {
        String filled = options.replaceAll("\\b[A-Z]+\\b(?!\\.npy)", "2").replace(",...", "");
        List<String> arguments = new ArrayList<>(List.of("attend"));
        for (String file : new String[] {"query", "key", "value", "output"}) {
            arguments.addAll(List.of("--" + file, file + ".npy"));
        }
        arguments.addAll(List.of(filled.split(" ")));
        return arguments;
    }

    @Test
    void everyOptionThatIsNamedExists() throws IOException {
        Set<String> known = new HashSet<>(OTHERS);
        addOptions(new CommandLine(new Foco()), known);
        known.addAll(launcherOptions());
        Set<String> commands = new CommandLine(new Foco()).getSubcommands().keySet();
        for (Code span : Documents.spans()) {
            Matcher option = Pattern.compile("(?<![\\w-])--[a-z][a-z-]*").matcher(span.text());
            while (option.find()) {
                assertTrue(known.contains(option.group()), () -> span.place() + ": no option " + option.group());
            }
            Matcher command = Pattern.compile("\\./foco ([a-z]+).*").matcher(span.text());
            if (command.matches()) {
                assertTrue(commands.contains(command.group(1)), span::toString);
            }
        }
    }

    private static Set<String> launcherOptions() throws IOException {
        return Pattern.compile("--[a-z-]+")
                .matcher(Files.readString(FocoCommand.inCheckout().launcher()))
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toSet());
    }

    private static void addOptions(CommandLine command, Set<String> known) {
        command.getCommandSpec().options().forEach(option -> known.addAll(List.of(option.names())));
        command.getSubcommands().values().forEach(subcommand -> addOptions(subcommand, known));
    }

    private static void assertParsed(List<String> arguments) {
        CommandLine command = new CommandLine(new Foco()).setCaseInsensitiveEnumValuesAllowed(true);
        assertDoesNotThrow(() -> command.parseArgs(arguments.toArray(String[]::new)), arguments::toString);
    }

    /** What a shell makes of a line in a folder in which {@code ./foco} is the launcher. */
    private Outcome shell(String line, Map<String, String> environment) {
        Outcome outcome =
                new FocoCommand(Path.of("/bin/bash"), folder, environment, Duration.ofMinutes(5)).run("-c", line);
        if (outcome.errors().contains("building")) {
            fail("the launcher found something to build: " + outcome.errors());
        }
        return outcome;
    }
}
