package foco.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.OperatingSystemMXBean;
import foco.testing.FocoCommand;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The driver's memory: three fifths of the machine's or the container's in local mode, unless someone chose it. */
class LauncherMemoryIT {

    @TempDir
    private Path folder;

    private EchoingSpark spark;

    @BeforeEach
    void makeSpark() throws IOException {
        spark = EchoingSpark.in(folder);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "--master=local", "--master=local[2]", "--master=local[*,3]", "--conf=spark.master=local"})
    void localModeGetsThreeFifthsOfTheMachine(String option) throws IOException {
        List<String> chosen = memoryAfter(spark.foco(), option.isEmpty() ? new String[0] : new String[] {option});
        // Java, too, knows what a container may use.
        OperatingSystemMXBean machine = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long expected = Math.max(1024, machine.getTotalMemorySize() / 1024 / 1024 * 3 / 5);
        assertEquals(1, chosen.size());
        assertTrue(chosen.get(0).endsWith("m"), chosen::toString);
        assertEquals(expected, Long.parseLong(chosen.get(0).replace("m", "")), 1.0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--master=spark://host:7077",
                "--master=yarn",
                "--conf=spark.master=k8s://host",
                "--master=local-cluster[2,1,1024]"
            })
    void aClustersDriverIsLeftToSpark(String option) throws IOException {
        assertEquals(List.of(), memoryAfter(spark.foco(), option));
    }

    @Test
    void aChoiceOnTheCommandLineStands() throws IOException {
        assertEquals(List.of("3g"), memoryAfter(spark.foco(), "--driver-memory", "3g"));
        assertEquals(List.of(), memoryAfter(spark.foco(), "--conf", "spark.driver.memory=3g"));
    }

    @Test
    void aChoiceInTheEnvironmentStands() throws IOException {
        assertEquals(List.of(), memoryAfter(spark.foco().with("SPARK_DRIVER_MEMORY", "3g")));
        assertEquals(List.of(), memoryAfter(spark.foco().with("MASTER", "yarn")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "spark.driver.memory 3g",
                "  spark.driver.memory=3g",
                "spark.driver.memory : 3g",
                "spark.master yarn",
                "# a remark\nspark.master\tyarn\n"
            })
    void aChoiceInAFileOfPropertiesStands(String line) throws IOException {
        Path file = Files.writeString(folder.resolve("my.conf"), line);
        assertEquals(List.of(), memoryAfter(spark.foco(), "--properties-file", file.toString()));
        Files.writeString(spark.home().resolve("conf/spark-defaults.conf"), line);
        assertEquals(List.of(), memoryAfter(spark.foco()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"#spark.driver.memory 3g", "spark.driver.memoryOverhead 3g", "sparkXdriver.memory 3g"})
    void otherLinesOfPropertiesChooseNothing(String line) throws IOException {
        Files.writeString(spark.home().resolve("conf/spark-defaults.conf"), line);
        assertEquals(1, memoryAfter(spark.foco()).size());
    }

    /** The values of all {@code --driver-memory} options that Spark was given. */
    private List<String> memoryAfter(FocoCommand foco, String... options) throws IOException {
        String[] all = new String[options.length + 1];
        all[0] = "attend";
        System.arraycopy(options, 0, all, 1, options.length);
        assertEquals(0, foco.run(all).exitCode());
        List<String> arguments = spark.sparkArguments();
        return arguments.stream()
                .filter("--driver-memory"::equals)
                .map(option -> arguments.get(arguments.indexOf(option) + 1))
                .toList();
    }
}
