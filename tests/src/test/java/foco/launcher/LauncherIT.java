package foco.launcher;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.testing.FocoCommand;
import foco.testing.FocoCommand.Outcome;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code ./foco} gives to Spark and what to the command, seen by a spark-submit that writes it down. */
class LauncherIT {

    @TempDir
    private Path folder;

    private EchoingSpark spark;

    @BeforeEach
    void makeSpark() throws IOException {
        spark = EchoingSpark.in(folder);
    }

    @Test
    void sparksOptionsGoToSparkWhereverTheyStand() throws IOException {
        run(
                "--master",
                "local[1]",
                "attend",
                "--heads",
                "8",
                "--conf",
                "spark.a=b c",
                "--causal",
                "--num-executors",
                "3");
        assertEquals(
                List.of("--master", "local[1]", "--conf", "spark.a=b c", "--num-executors", "3"),
                spark.sparkArgumentsButMemory());
        assertEquals(List.of("attend", "--heads", "8", "--causal"), spark.commandArguments());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--deploy-mode",
                "--properties-file",
                "--executor-memory",
                "--executor-cores",
                "--num-executors",
                "--total-executor-cores",
                "--jars",
                "--files",
                "--packages",
                "--name",
                "--queue"
            })
    void anOptionMayBeJoinedToItsValueOrNot(String option) throws IOException {
        String value = option.endsWith("memory") ? "900M" : "a=b";
        run("attend", option, value);
        assertEquals(List.of(option, value), spark.sparkArgumentsButMemory());
        run("attend", option + "=" + value);
        assertEquals(List.of(option, value), spark.sparkArgumentsButMemory());
        assertEquals(List.of("attend"), spark.commandArguments());
    }

    /** Beside the plan there is no word of Spark's, which is not started. */
    @Test
    void aPlanIsAllThatIsPrinted() {
        FocoCommand.makeReady();
        Outcome outcome =
                FocoCommand.inCheckout().run("plan", "--tokens", "64", "--heads", "1", "--width", "8", "--rate", "100");
        assertEquals(0, outcome.exitCode(), outcome::toString);
        assertEquals("", outcome.errors());
    }

    @Test
    void afterTwoDashesAllBelongsToTheCommand() throws IOException {
        run("attend", "--name", "job", "--", "--name", "file", "--", "--master=x");
        assertEquals(List.of("--name", "job"), spark.sparkArgumentsButMemory());
        assertEquals(List.of("attend", "--name", "file", "--", "--master=x"), spark.commandArguments());
    }

    @Test
    void argumentsAreNeverSplitOrExpanded() throws IOException {
        List<String> odd = List.of("attend", "two words", "*", "$HOME", "", "a'b\"c", "--lse=x y", "ação", "a\\b");
        run(odd.toArray(String[]::new));
        assertEquals(odd, spark.commandArguments());
    }

    @Test
    void anOptionWithoutItsValueIsWrongUsage() {
        Outcome outcome = spark.foco().run("attend", "--master");
        assertEquals(2, outcome.exitCode());
        assertEquals("foco: --master needs a value\n", outcome.errors());
        assertFalse(spark.wasAsked());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            value = {
                "--executor-memory; 2x; --executor-memory must be a size such as 900m or 8g, and is '2x'",
                "--driver-memory; lots; --driver-memory must be a size such as 900m or 8g, and is 'lots'",
                "--conf; spark.foco.partitions; --conf must be KEY=VALUE, and is 'spark.foco.partitions'",
            })
    void aValueThatSparkWouldNotTakeIsWrongUsage(String option, String value, String line) {
        Outcome outcome = spark.foco().run("attend", option, value);
        assertEquals(2, outcome.exitCode());
        assertEquals("foco: " + line + "\n", outcome.errors());
        assertFalse(spark.wasAsked());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "local",
                "local[2]",
                "local[*]",
                "local[2,4]",
                "local[*,4]",
                "local-cluster[2,1,1024]",
                "spark://a:7077",
                "spark://a:7077,b:7077",
                "yarn",
                "k8s://https://a:443"
            })
    void aMasterThatSparkKnowsGoesToSpark(String master) throws IOException {
        run("attend", "--master", master);
        assertEquals(List.of("--master", master), spark.sparkArgumentsButMemory());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"lokal[2]", "local[x]", "local[]", "local2", "spark:a", "spark://a", "yarn-client", "mesos://a:1"
            })
    void anyOtherIsRefusedBeforeSparkStarts(String master) {
        String line =
                "foco: the master is '%s', and must be local, local[N], local[*], local[N,FAILURES], spark://HOST:PORT,"
                        + " yarn or k8s://HOST:PORT\n";
        for (Outcome outcome : List.of(
                spark.foco().run("attend", "--master", master),
                spark.foco().run("attend", "--conf", "spark.master=" + master),
                spark.foco().with("MASTER", master).run("attend"))) {
            assertEquals(2, outcome.exitCode());
            assertEquals(line.formatted(master), outcome.errors());
        }
        assertFalse(spark.wasAsked());
    }

    @Test
    void helpIsACommandAndElsewhereAValue() throws IOException {
        run("demo", "--word", "help");
        assertEquals(List.of("demo", "--word", "help"), spark.commandArguments());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 37})
    void theExitCodeIsTheCommands(int code) throws IOException {
        spark.thatReturns(code);
        assertEquals(code, spark.foco().run("attend").exitCode());
    }

    @Test
    void itStaysInTheUsersFolder() throws IOException {
        spark.foco().from(folder).run("attend");
        assertEquals(folder.toRealPath(), spark.folder().toRealPath());
    }

    @Test
    void aChainOfRelativeLinksLeadsToTheCheckout() throws IOException {
        Path launcher = FocoCommand.inCheckout().launcher();
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Path toCheckout = Files.createSymbolicLink(folder.resolve("check out"), launcher.getParent());
        Path one = Files.createSymbolicLink(bin.resolve("one"), Path.of("../check out/foco"));
        Path two = Files.createSymbolicLink(bin.resolve("two"), Path.of("one"));
        try {
            Outcome outcome = spark.foco().through(two).from(folder).run("attend");
            assertEquals(0, outcome.exitCode(), outcome::toString);
            Path jar = launcher.toRealPath().resolveSibling("jobs/target/foco.jar");
            assertEquals(jar.toUri().toString(), spark.jar());
        } finally {
            Files.delete(one); // JUnit warns of links that lead out of its folder
            Files.delete(toCheckout);
        }
    }

    @Test
    void javasIncubatorNoticeIsDroppedAndNothingElse() throws IOException {
        String notice = "WARNING: Using incubator modules: jdk.incubator.vector\n";
        String before = "Picked up JAVA_TOOL_OPTIONS: -Dx=y\n";
        spark.thatWarns(before + notice + "WARNING: something else\n" + notice + "no line feed");
        Outcome outcome = run("attend");
        assertEquals("output\n", outcome.output());
        assertEquals(before + "WARNING: something else\n" + notice + "no line feed", outcome.errors());
    }

    @Test
    void verboseOpensSparksLogAndReachesTheCommand() throws IOException {
        run("attend");
        assertFalse(spark.environment().containsKey("FOCO_LOG_LEVEL"));
        run("attend", "--verbose");
        assertEquals("INFO", spark.environment().get("FOCO_LOG_LEVEL"));
        assertEquals(List.of("attend", "--verbose"), spark.commandArguments());
    }

    @Test
    void sparksOwnConfigurationStaysAndFocosLoggingIsAdded() throws IOException {
        run("attend");
        Path log4j = FocoCommand.inCheckout().launcher().resolveSibling("conf/log4j2.properties");
        assertAll(
                () -> assertEquals(
                        spark.home().resolve("conf").toString(),
                        spark.environment().get("SPARK_CONF_DIR")),
                () -> assertEquals(
                        log4j.toRealPath(),
                        Path.of(URI.create(spark.environment().get("LOG4J_CONFIGURATION_FILE")))));
        spark.foco()
                .with("SPARK_CONF_DIR", "/my/conf")
                .with("LOG4J_CONFIGURATION_FILE", "/my/log4j2.xml")
                .run("attend");
        assertEquals("/my/conf", spark.environment().get("SPARK_CONF_DIR"));
        assertEquals("/my/log4j2.xml", spark.environment().get("LOG4J_CONFIGURATION_FILE"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"--deploy-mode=cluster", "--conf=spark.submit.deployMode=cluster", "--properties-file=FILE"})
    void aDriverForTheClusterIsSubmittedByFocosOwnClass(String option) throws IOException {
        Path file = spark.home().resolve("some.conf");
        Files.writeString(file, "spark.submit.deployMode cluster\n");
        run("attend", option.replace("FILE", file.toString()));
        assertEquals("foco.jobs.DriverSubmission", spark.sparkArguments().get(0));
        assertEquals(
                Path.of(URI.create(spark.jar())).toString(), spark.environment().get("SPARK_DIST_CLASSPATH"));
        run("attend", option.replace("FILE", file.toString()), "--deploy-mode", "client");
        assertEquals(
                option.contains("FILE") ? "--properties-file" : option.split("=")[0],
                spark.sparkArguments().get(0));
    }

    @Test
    void theDemoGetsItsModelBesideTheUsersJars() throws IOException {
        run("demo", "--jars", "mine.jar");
        List<String> arguments = spark.sparkArguments();
        String jars = arguments.get(arguments.indexOf("--jars") + 1);
        assertTrue(jars.matches("mine\\.jar,file:///.*/models/.*all-minilm-l6-v2.*\\.jar"), jars);
        assertTrue(Files.exists(Path.of(URI.create(jars.substring(jars.indexOf(',') + 1)))), jars);
    }

    @ParameterizedTest
    @CsvSource({"/nowhere, there is no bin/spark-submit in it", "OLD, Foco needs Spark 4"})
    void aSparkHomeThatCannotServeIsRefused(String home, String reason) throws IOException {
        Path jars = Files.createDirectories(spark.home().resolve("jars"));
        Files.createFile(jars.resolve("spark-core_2.12-3.5.1.jar"));
        String named = home.equals("OLD") ? spark.home().toString() : home;
        Outcome outcome = spark.foco().with("SPARK_HOME", named).run("attend");
        assertEquals(1, outcome.exitCode());
        assertTrue(outcome.errors().startsWith("foco: SPARK_HOME is " + named), outcome.errors());
        assertTrue(outcome.errors().contains(reason), outcome.errors());
        assertEquals(1, outcome.errors().lines().count());
    }

    @Test
    void withNothingStaleItStartsAtOnce() throws IOException {
        run("attend"); // reads the disk's part of it into memory
        long start = System.nanoTime();
        run("attend");
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        // 0.1 s on an idle machine; the rest is for a busy one.
        assertTrue(took.compareTo(Duration.ofSeconds(2)) < 0, took::toString);
    }

    private Outcome run(String... arguments) throws IOException {
        Outcome outcome = spark.foco().run(arguments);
        assertEquals(0, outcome.exitCode(), outcome::toString);
        assertFalse(outcome.errors().contains("building"), outcome::toString);
        return outcome;
    }
}
