package foco.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionSettingsTest {

    @SparkTest(conf = "spark.foco.partitions")
    private static final class WithoutAValue {}

    @Test
    void aSettingWithoutAnEqualsSignIsRefusedByName() {
        SparkTest test = WithoutAValue.class.getAnnotation(SparkTest.class);
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> SessionSettings.of(test, "scope"));
        assertEquals("@SparkTest(conf = \"spark.foco.partitions\"): write it as key=value", refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "local; false",
                "local[*]; false",
                "local[2,3]; false",
                "local-cluster[2,1,1024]; true",
                "spark://127.0.0.1:7077; true"
            })
    void onlyTheLocalMastersKeepTasksInThisProcess(String master, boolean processes) {
        assertEquals(processes, new SessionSettings(master, Map.of(), "").hasExecutorProcesses());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"local-cluster[2,3,1024]; 6", "local-cluster[ 2 , 1 , 1024 ]; 2", "local[4]; 0"})
    void aLocalClusterCountsTheCoresOfAllItsExecutors(String master, int cores) {
        assertEquals(cores, new SessionSettings(master, Map.of(), "").localClusterCores());
    }
}
