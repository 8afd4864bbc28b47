package foco.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.testing.FocoCommand;
import foco.testing.FocoCommand.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A copy of {@code tests/example}, built by a Maven of its own as its users build it, with a local repository in which
 * Foco's artifacts lie as {@code mvn install} puts them there.
 */
@Tag("slow")
class ExampleProjectIT {

    private static final String FIRST_ROW = "|0       |0       |[1.0, 0.0]";
    private static final String REPORT = "target/surefire-reports/TEST-example.FirstAttentionTest.xml";
    private static final String PORTABLE = "Foco computes with its portable kernel";

    @TempDir
    private Path folder;

    private Path project;
    private Path repository;
    private final List<Path> links = new ArrayList<>();

    @BeforeEach
    void copyAndInstall() throws IOException {
        project = Files.createDirectory(folder.resolve("copy"));
        Path example = Documents.home().resolve("tests/example");
        copy(example.resolve("pom.xml"), project.resolve("pom.xml"));
        try (Stream<Path> sources = Files.walk(example.resolve("src"))) {
            for (Path source : sources.filter(Files::isRegularFile).toList()) {
                copy(source, project.resolve(example.relativize(source)));
            }
        }
        repository = Files.createDirectory(folder.resolve("repository"));
        linkWhatOthersMade();
        install("foco", Documents.home(), "pom");
        for (String module : new String[] {"kernels", "driver", "tests"}) {
            install("foco-" + module, Documents.home().resolve(module), "jar");
        }
    }

    /** All but Foco, as the build that runs this has it already. */
    private void linkWhatOthersMade() throws IOException {
        try (Stream<Path> groups = Files.list(Path.of(System.getProperty("foco.maven.repository")))) {
            for (Path group : groups.filter(Files::isDirectory).toList()) {
                if (!group.endsWith("foco")) {
                    links.add(Files.createSymbolicLink(repository.resolve(group.getFileName()), group));
                }
            }
        }
    }

    private void install(String artifact, Path module, String type) throws IOException {
        String version = System.getProperty("foco.version");
        Path place = repository.resolve("foco").resolve(artifact).resolve(version);
        String name = artifact + "-" + version;
        copy(module.resolve("pom.xml"), place.resolve(name + ".pom"));
        if (type.equals("jar")) {
            copy(module.resolve("target").resolve(name + ".jar"), place.resolve(name + ".jar"));
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        Files.copy(from, to);
    }

    @AfterEach
    void unlink() throws IOException {
        for (Path link : links) { // JUnit warns of links that lead out of its folder
            Files.delete(link);
        }
    }

    @Test
    void itsProgramRunsAndItsTestPasses() throws IOException {
        List<String> printed = Documents.blocks().stream()
                .flatMap(block -> block.lines().stream())
                .filter(line -> line.startsWith("mvn "))
                .toList();
        assertTrue(printed.containsAll(List.of("mvn -q compile exec:exec", "mvn -q test")), printed::toString);

        Outcome program = maven("-q", "compile", "exec:exec");
        assertTrue(program.output().contains(FIRST_ROW), program::toString);
        assertFalse(program.output().contains(PORTABLE), program::toString);
        assertFalse(program.errors().contains(PORTABLE), program::toString);

        Outcome portable = maven("-q", "exec:exec", "-Djava.options=");
        assertTrue(portable.output().contains(FIRST_ROW), portable::toString);
        assertEquals(
                1,
                (portable.output() + portable.errors())
                        .lines()
                        .filter(line ->
                                line.contains(PORTABLE) && line.contains("WARN") && line.contains("--add-modules"))
                        .count(),
                portable::toString);

        maven("-q", "test");
        assertTrue(Files.exists(project.resolve(REPORT)));
    }

    /** Versions of one's own, and Spark named as well: the Scala that spark-mllib's nearest path leads to is too old. */
    @Test
    void aPomWithoutTheBillOfMaterialsWorksToo() throws IOException {
        Path pom = project.resolve("pom.xml");
        String version = "<version>" + System.getProperty("foco.version") + "</version>";
        String spark =
                Path.of(System.getProperty("foco.spark.home")).getFileName().toString();
        String mllib = """
                <dependency>
                  <groupId>org.apache.spark</groupId>
                  <artifactId>spark-mllib_2.13</artifactId>
                  <version>%s</version>
                </dependency>
                """.formatted(spark.replaceFirst("spark-", ""));
        Files.writeString(
                pom,
                Files.readString(pom)
                        .replaceFirst("(?s)<dependencyManagement>.*</dependencyManagement>", "")
                        .replace("<dependencies>", "<dependencies>" + mllib)
                        .replaceAll("(<artifactId>foco-\\w+</artifactId>)", "$1" + version));
        maven("-q", "test");
        assertTrue(Files.exists(project.resolve(REPORT)));
    }

    private Outcome maven(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("-Dmaven.repo.local=" + repository);
        if ("offline true".equals(System.getProperty("foco.maven.network"))) {
            all.add("--offline");
        }
        Path mvn = Path.of(System.getProperty("foco.maven.home"), "bin", "mvn");
        Outcome outcome = new FocoCommand(
                        mvn, project, Map.of("SPARK_LOCAL_IP", "127.0.0.1", "MAVEN_OPTS", ""), Duration.ofMinutes(10))
                .run(all.toArray(String[]::new));
        assertEquals(0, outcome.exitCode(), outcome::toString);
        return outcome;
    }
}
