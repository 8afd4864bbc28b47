package foco.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.testing.FocoCommand;
import foco.testing.FocoCommand.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How {@code ./foco} starts Java on the Spark that Maven gathered, seen by a Java that writes it down. */
class OwnSparkIT {

    private static final String DEFAULTS = """
            # spark.driver.memory 1g
            spark.driver.memory : 700m
              spark.driver.extraJavaOptions=-Da=1 \\
                  "-Db=two words" -Dc='x "y" z' -Dd=\\\\$HOME -XX:CompileCommand=quiet,a.B::*
            spark.driver.defaultJavaOptions\t-De=5
            spark.driver.extraClassPath /my/a.jar:/my/classes/*
            spark.driver.extraLibraryPath=/my/lib
            """;

    private static final String COLLECTOR = "-XX:+UseParallelGC";

    private static final String PREPARING = "foco: preparing quick starts on Java 17.0.99, once after each build\n";

    @TempDir
    private Path folder;

    private CheckoutCopy checkout;
    private FakeJdk jdk;
    private Path conf;
    private Path link;

    @BeforeEach
    void makeCheckout() throws IOException {
        checkout = CheckoutCopy.in(folder, "checkout").built();
        link = checkout.linkSpark();
        jdk = FakeJdk.in(folder.resolve("jdk"), "17.0.99");
        conf = Files.createDirectories(folder.resolve("conf"));
    }

    @AfterEach
    void removeLink() throws IOException {
        Files.delete(link);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--driver-memory|900m",
                "--master|spark://host:7077",
                "--master|spark://host:7077|--deploy-mode|cluster",
                "--conf|spark.submit.deployMode=cluster|--conf|spark.master=spark://host:7077",
                "--driver-java-options|-Da=\"b c\" -Dd='e'|--driver-class-path|/another.jar|--driver-library-path|/l",
                "--conf|spark.driver.extraJavaOptions=-Da=1|--driver-java-options|-Da=2|--conf|spark.driver.memory=2g",
                "--driver-memory|900m|--conf|spark.driver.memory=800m|--properties-file|other.conf",
                "--properties-file|other.conf|--load-spark-defaults",
            })
    void javaIsStartedAsSparksLauncherWould(String line) throws Exception {
        List<String> options = line.isEmpty() ? List.of() : List.of(line.split("\\|"));
        Files.writeString(conf.resolve("spark-defaults.conf"), DEFAULTS);
        Files.writeString(conf.resolve("java-opts"), "-Dfirst=1\n-Dsecond='2 3'\n");
        Files.writeString(
                folder.resolve("other.conf"), "spark.driver.memory 600m\nspark.driver.defaultJavaOptions -Dz=1");
        FocoCommand foco = foco().from(folder)
                .with("SPARK_CONF_DIR", conf.toString())
                .with("SPARK_SUBMIT_OPTS", "-Dof.environment=\"a b\"")
                .with("HADOOP_CONF_DIR", folder.toString());
        List<String> words = new ArrayList<>(List.of("attend"));
        words.addAll(options);
        assertEquals(0, foco.run(words.toArray(String[]::new)).exitCode());

        List<String> expected = commandOfSparksLauncher(foco, options);
        List<String> actual = jdk.arguments();
        boolean cluster = line.contains("cluster");
        // Foco's own addition, where the driver computes or gathers.
        assertEquals(cluster ? 0 : 1, Collections.frequency(actual, COLLECTOR));
        assertEquals(
                javaOptions(expected),
                javaOptions(actual).stream()
                        .filter(option -> !option.equals(COLLECTOR))
                        .toList());
        assertEquals(classPath(expected), classPath(actual));
        List<String> environment =
                expected.subList(0, expected.indexOf(jdk.java().toString()));
        String libraries = jdk.environment().get("LD_LIBRARY_PATH");
        assertEquals(
                environment.isEmpty() ? null : environment.get(1),
                libraries == null ? null : "LD_LIBRARY_PATH=" + libraries);
        assertEquals(
                cluster ? "foco.jobs.DriverSubmission" : "org.apache.spark.deploy.SparkSubmit",
                actual.get(mainClass(actual)));
        List<String> told = actual.subList(mainClass(actual) + 1, actual.size());
        assertTrue(told.containsAll(options), told::toString);
        assertEquals("attend", told.get(told.size() - 1));
    }

    /** Java ends with an error if it is told of two. */
    @Test
    void aCollectorOfTheUsersStands() throws IOException {
        foco().run("attend", "--driver-java-options", "-Da=1 -XX:+UseSerialGC -Db=2");
        assertFalse(jdk.arguments().contains(COLLECTOR));
        foco().with("JAVA_TOOL_OPTIONS", "-XX:+UseG1GC").run("attend");
        assertFalse(jdk.arguments().contains(COLLECTOR));
        foco().run("attend", "--conf", "spark.driver.defaultJavaOptions=-XX:+UseZGC");
        assertFalse(jdk.arguments().contains(COLLECTOR));
        foco().run("attend", "--driver-java-options", "-XX:+UseStringDeduplication -XX:MaxGCPauseMillis=9");
        assertTrue(jdk.arguments().contains(COLLECTOR));
    }

    @Test
    void aClassArchiveIsMadeOnceForEachBuildAndJava() throws IOException {
        assertEquals(PREPARING, run().errors());
        Path archive = archiveInUse();
        assertEquals("archive\n", Files.readString(archive));
        assertEquals("", run().errors());
        assertEquals(archive, archiveInUse());
        assertEquals(1, jdk.rehearsals());

        Files.setLastModifiedTime(archive, FileTime.fromMillis(0));
        assertEquals(PREPARING, run().errors());
        assertEquals(2, jdk.rehearsals());

        FakeJdk other = FakeJdk.in(folder.resolve("other"), "17.0.100");
        assertEquals(
                PREPARING.replace("99", "100"),
                foco().with("JAVA_HOME", other.home().toString()).run("attend").errors());
        assertEquals(1, other.rehearsals());
    }

    /** What starts no Spark makes no archive; of one that is older than the jar Java would warn in front of the output. */
    @ParameterizedTest
    @ValueSource(strings = {"attend --help", "plan", "bench kernel"})
    void anArchiveOfAnOlderBuildIsNotUsed(String command) throws IOException {
        run();
        Path archive = archiveInUse();
        foco().run(command.split(" "));
        assertEquals(archive, archiveInUse());
        Files.setLastModifiedTime(archive, FileTime.fromMillis(0));
        foco().run(command.split(" "));
        assertFalse(jdk.arguments().toString().contains("-XX:SharedArchiveFile"));
    }

    @Test
    void largeHeapsHaveAnArchiveOfTheirOwn() throws IOException {
        run("--driver-memory", "31g");
        Path small = archiveInUse();
        run("--driver-memory", "32g");
        Path large = archiveInUse();
        run("--driver-memory", "40000m");
        assertEquals(large, archiveInUse());
        run("--driver-memory", "512m");
        assertEquals(small, archiveInUse());
        assertEquals(2, jdk.rehearsals());
    }

    @Test
    void twoFirstRunsMakeOneArchive() throws IOException {
        CompletableFuture<Outcome> other = CompletableFuture.supplyAsync(this::run);
        List<Outcome> both = List.of(run(), other.join());
        assertEquals(1, jdk.rehearsals());
        assertEquals(
                1,
                both.stream()
                        .filter(outcome -> outcome.errors().contains("preparing"))
                        .count());
    }

    @Test
    void withoutAnArchiveCommandsRunAndDoNotTryAgain() throws IOException {
        jdk.thatMakesNoArchive();
        String told = run().errors();
        assertTrue(told.startsWith(PREPARING + "foco: that failed, and commands start as slowly as before; "), told);
        assertFalse(jdk.arguments().toString().contains("-XX:SharedArchiveFile"));
        assertEquals("", run().errors());
        assertEquals(1, jdk.rehearsals());
    }

    @ParameterizedTest
    @ValueSource(strings = {"attend --driver-class-path=/my.jar", "attend --help", "plan", "bench kernel"})
    void noArchiveIsMadeForWhatCannotUseItOrStartsNoSpark(String command) throws IOException {
        Outcome outcome = foco().run(command.split(" "));
        assertEquals("", outcome.errors());
        assertEquals(0, jdk.rehearsals());
    }

    @Test
    void noArchiveIsMadeInAFolderWhoseClassesJavaWouldNotArchive() throws IOException {
        CheckoutCopy blanks = CheckoutCopy.in(folder).built();
        Path spark = blanks.linkSpark();
        try {
            Outcome outcome =
                    blanks.ownSpark().with("JAVA_HOME", jdk.home().toString()).run("attend");
            assertEquals("", outcome.errors());
            assertEquals(0, jdk.rehearsals());
        } finally {
            Files.delete(spark);
        }
    }

    private Outcome run(String... options) {
        Outcome outcome = foco().run(Stream.concat(Stream.of("attend"), Arrays.stream(options))
                .toArray(String[]::new));
        assertEquals(0, outcome.exitCode(), outcome::toString);
        return outcome;
    }

    private FocoCommand foco() {
        return checkout.ownSpark().with("JAVA_HOME", jdk.home().toString());
    }

    private Path archiveInUse() throws IOException {
        String option = "-XX:SharedArchiveFile=";
        return jdk.arguments().stream()
                .filter(word -> word.startsWith(option))
                .map(word -> Path.of(word.substring(option.length())))
                .findFirst()
                .orElseThrow();
    }

    private static int mainClass(List<String> command) {
        return IntStream.range(0, command.size())
                .filter(i -> command.get(i).matches("org\\.apache\\.spark\\.deploy\\.SparkSubmit|foco\\.jobs\\.\\w+"))
                .findFirst()
                .orElseThrow();
    }

    /** The words before the main class but for the class path and the archive. */
    private static List<String> javaOptions(List<String> command) {
        int java = command.stream()
                .map(word -> word.endsWith("/bin/java"))
                .toList()
                .indexOf(true);
        List<String> options = new ArrayList<>(command.subList(java + 1, mainClass(command)));
        int classPath = options.indexOf("-cp");
        options.subList(classPath, classPath + 2).clear();
        options.removeIf(word -> word.startsWith("-XX:SharedArchiveFile="));
        return options;
    }

    /** The user's entries in front, in order, and then all others; Foco's jar is Foco's own addition. */
    private List<Object> classPath(List<String> command) {
        List<String> entries = Stream.of(command.get(command.indexOf("-cp") + 1).split(":"))
                .map(entry -> entry.endsWith("/") ? entry.substring(0, entry.length() - 1) : entry)
                .filter(entry -> !entry.contains("/slf4j-api-") && !entry.endsWith("/foco.jar"))
                .toList();
        List<String> users = entries.stream()
                .takeWhile(entry -> !entry.startsWith(folder.toString()))
                .toList();
        Set<String> others = new TreeSet<>(entries.subList(users.size(), entries.size()));
        return List.of(users, others);
    }

    private List<String> commandOfSparksLauncher(FocoCommand foco, List<String> options) throws Exception {
        Path launcher;
        try (Stream<Path> jars = Files.list(link.resolve("jars"))) {
            launcher = jars.filter(jar -> jar.getFileName().toString().startsWith("spark-launcher_"))
                    .findFirst()
                    .orElseThrow();
        }
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                launcher.toString(),
                "org.apache.spark.launcher.Main",
                "org.apache.spark.deploy.SparkSubmit"));
        command.addAll(options);
        command.addAll(List.of("--class", "foco.jobs.Foco", "foco.jar", "attend"));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().putAll(foco.environment());
        builder.environment().put("SPARK_HOME", link.toString());
        builder.environment().put("SPARK_SCALA_VERSION", "2.13");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor());
        return Arrays.stream(output.substring(output.indexOf('\n') + 1).split("\0"))
                .toList();
    }
}
