package foco.jobs.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The words are those of Spark 4.1's ClientEndpoint and Master. */
class DriverStateTest {

    private final List<String> told = new ArrayList<>();
    private final DriverState driver = new DriverState(true, told::add);

    private void heard(String... messages) {
        for (String message : messages) {
            driver.heard(Level.INFO, message);
        }
    }

    @Test
    void aDriverThatFinishesIsFollowedToItsEnd() {
        heard(
                "... waiting before polling master for driver state",
                "Driver successfully submitted as driver-7",
                "State of driver-7 is RUNNING",
                "Driver running on 10.0.0.7:4711 (worker-3)");
        driver.heard(Level.DEBUG, "State of driver driver-7 is RUNNING, continue monitoring driver status.");
        heard("State of driver driver-7 is FINISHED, exiting spark-submit JVM.");
        assertEquals(
                List.of(
                        "submitted as driver-7; waiting for its end, and Ctrl-C leaves it running",
                        "driver-7 runs on worker-3; its stdout and stderr are in that worker's folder work/driver-7, and on the master's web page",
                        "driver-7 has finished"),
                told);
        assertFalse(driver.hasFailed());
    }

    @ParameterizedTest
    @CsvSource({"FAILED,failed", "ERROR,failed", "KILLED,was killed"})
    void oneThatDoesNotFinishHasFailed(String state, String word) {
        heard(
                "Driver successfully submitted as driver-7",
                "State of driver-7 is RUNNING",
                "State of driver driver-7 is %s, exiting spark-submit JVM.".formatted(state));
        assertTrue(told.get(told.size() - 1).startsWith("driver-7 " + word), told.toString());
        assertTrue(driver.hasFailed());
    }

    @Test
    void oneThatNoWorkerHasRoomForSaysSoOnce() {
        heard("Driver successfully submitted as driver-7", "State of driver-7 is SUBMITTED");
        driver.heard(Level.DEBUG, "State of driver driver-7 is SUBMITTED, continue monitoring driver status.");
        assertEquals(
                "driver-7 waits for a worker with room for it (--driver-memory, --driver-cores)",
                told.get(told.size() - 1));
        assertEquals(2, told.size());
    }

    @Test
    void aSubmissionThatIsRefusedOrLostIsTold() {
        heard("Can only accept driver submissions in ALIVE state. Current state: RECOVERING.");
        driver.heard(Level.ERROR, "No master is available, exiting.");
        assertEquals(
                List.of(
                        "Can only accept driver submissions in ALIVE state. Current state: RECOVERING.",
                        "No master is available, exiting."),
                told);
        assertTrue(driver.hasFailed());
    }
}
