package foco.driver.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.kernels.machine.KernelSpeed;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KernelWatchTest {

    @Test
    void aKernelBelowHalfOfThePeakIsAWarningWithBothRates() {
        String warning = KernelWatch.warning(new KernelSpeed(58.9, 118)).orElseThrow();
        assertTrue(warning.contains("58.9 GFLOP/s") && warning.contains("118.0"), warning);
        assertEquals(Optional.empty(), KernelWatch.warning(new KernelSpeed(59.1, 118)));
    }
}
