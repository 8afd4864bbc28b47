package foco.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import foco.docs.Documents.Code;
import foco.testing.FocoCommand;
import foco.testing.FocoCommand.Outcome;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java and the pom that the documents print: a reader who copies them gets what they say. */
class DocsProgramsTest {

    private static final Path EXAMPLE = Documents.home().resolve("tests/example");

    @TempDir
    private Path folder;

    private static List<Code> blocks(String language) throws IOException {
        return Documents.blocks().stream()
                .filter(block -> block.language().equals(language))
                .toList();
    }

    private static boolean isWhole(Code java) {
        return java.text().startsWith("package ");
    }

    private static boolean isImports(Code java) {
        return java.text().lines().allMatch(line -> line.isBlank() || line.startsWith("import "));
    }

    @Test
    void wholeProgramsAreThoseOfTheExample() throws IOException {
        List<Code> programs =
                blocks("java").stream().filter(DocsProgramsTest::isWhole).toList();
        assertFalse(programs.isEmpty());
        for (Code program : programs) {
            String name = program.text().replaceFirst("(?s).*?\\bclass (\\w+).*", "$1");
            Path file = EXAMPLE.resolve("src/main/java/example/" + name + ".java");
            assertEquals(Files.readString(file), program.text(), program.place());
        }
    }

    @Test
    void whatIsPrintedOfAPomIsThatOfTheExample() throws IOException {
        List<String> pom = stripped(Files.readString(EXAMPLE.resolve("pom.xml")));
        List<Code> parts = blocks("xml");
        assertFalse(parts.isEmpty());
        for (Code part : parts) {
            assertTrue(Collections.indexOfSubList(pom, stripped(part.text())) >= 0, part::toString);
        }
    }

    private static List<String> stripped(String text) {
        return text.lines().map(String::strip).toList();
    }

    @Test
    void snippetsCompileWithTheImportsThatArePrintedAndRun() throws IOException {
        List<Code> snippets = new ArrayList<>(blocks("java"));
        String imports = snippets.stream()
                .flatMap(block -> block.text().lines())
                .filter(line -> line.startsWith("import "))
                .distinct()
                .collect(Collectors.joining("\n"));
        snippets.removeIf(block -> isWhole(block) || isImports(block));
        assertFalse(snippets.isEmpty());
        List<String> names = new ArrayList<>();
        List<File> sources = new ArrayList<>();
        for (Code snippet : snippets) {
            String name = "Of_" + snippet.place().replaceAll("\\W", "_");
            names.add("foco.docs." + name);
            sources.add(Files.writeString(folder.resolve(name + ".java"), source(imports, name, snippet))
                    .toFile());
        }
        Path classes = Files.createDirectory(folder.resolve("classes"));
        compile(sources, classes);
        Outcome outcome = run(classes, names);
        assertEquals(0, outcome.exitCode(), outcome::toString);
        assertEquals(
                names,
                outcome.output()
                        .lines()
                        .filter(line -> line.startsWith("ran "))
                        .map(line -> line.substring(4))
                        .toList());
    }

    private static String source(String imports, String name, Code snippet) {
        return """
                package foco.docs;

                %1$s

                final class %2$s extends Snippet {
                    %2$s(org.apache.spark.sql.SparkSession spark) {
                        super(spark);
                    }

                    @Override
                    void run() throws Exception {
                        // %3$s
                %4$s
                    }
                }
                """.formatted(imports, name, snippet.place(), snippet.text());
    }

    private static void compile(List<File> sources, Path classes) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter errors = new StringWriter();
        List<String> options =
                List.of("-proc:none", "-d", classes.toString(), "-classpath", System.getProperty("java.class.path"));
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            if (!compiler.getTask(errors, files, null, options, null, files.getJavaFileObjectsFromFiles(sources))
                    .call()) {
                fail(errors.toString());
            }
        }
    }

    /** In a JVM whose working folder takes the files that they write. */
    private Outcome run(Path classes, List<String> names) {
        List<String> arguments = new ArrayList<>();
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-") || argument.startsWith("-XX:+Ignore"))
                .forEach(arguments::add);
        String classPath = classes + File.pathSeparator + System.getProperty("java.class.path");
        arguments.addAll(Arrays.asList("-Xmx1g", "-cp", classPath, Snippet.class.getName()));
        arguments.addAll(names);
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        return new FocoCommand(java, folder, Map.of("SPARK_LOCAL_IP", "127.0.0.1"), Duration.ofMinutes(5))
                .run(arguments.toArray(String[]::new));
    }
}
