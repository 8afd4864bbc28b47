package foco.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import foco.testing.SessionSettings.Cluster;
import java.util.Map;
import java.util.Optional;
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
                "standalone[2,1,1024]; true",
                "spark://127.0.0.1:7077; true"
            })
    void onlyTheLocalMastersKeepTasksInThisProcess(String master, boolean processes) {
        assertEquals(processes, new SessionSettings(master, Map.of(), "").hasExecutorProcesses());
    }

    @Test
    void aClusterOfProcessesIsReadFromTheMaster() {
        assertEquals(
                Optional.of(new Cluster(false, 2, 3, 1024)),
                new SessionSettings("local-cluster[2,3,1024]", Map.of(), "").cluster());
        Optional<Cluster> standalone = new SessionSettings("standalone[ 2 , 1 , 900 ]", Map.of(), "").cluster();
        assertEquals(Optional.of(new Cluster(true, 2, 1, 900)), standalone);
        assertEquals(2, standalone.get().cores());
        assertEquals(Optional.empty(), new SessionSettings("local[4]", Map.of(), "").cluster());
    }
}
