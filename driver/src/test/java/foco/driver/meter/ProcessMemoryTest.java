package foco.driver.meter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ProcessMemoryTest {

    private static final int LARGE = 200 << 20;

    @Test
    void linuxTellsThePeakInKibibytes() {
        assertEquals(
                561L << 20,
                ProcessMemory.resident("Name:\tjava\nVmPeak:\t 9000000 kB\nVmHWM:\t  574464 kB\nVmRSS:\t  1 kB\n"));
    }

    @Test
    void elsewhereItIsNotKnown() {
        assertEquals(0, ProcessMemory.resident(""));
        assertEquals(0, ProcessMemory.resident("VmPeak:\t 9000000 kB\n"));
    }

    @Test
    void buffersOutsideOfTheHeapCount() {
        assumeTrue(Files.exists(Path.of("/proc/self/status")), "Linux alone tells");
        ByteBuffer large = ByteBuffer.allocateDirect(LARGE); // zeroed, and so resident
        ProcessMemory peak = ProcessMemory.peak();
        assertEquals(0, large.get(large.capacity() - 1));
        assertTrue(peak.resident() > LARGE && peak.heap() > 0, peak::toString);
    }

    @Test
    void ofSeveralProcessesTheMostOfEachCounts() {
        assertEquals(new ProcessMemory(5, 9), new ProcessMemory(5, 7).max(new ProcessMemory(3, 9)));
    }
}
