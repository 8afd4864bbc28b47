package foco.driver.checkpoint;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class KernelCheckTest {

    @Test
    void anExecutorOfAnotherKernelThanTheCheckpointsIsRefused() {
        assertDoesNotThrow(() -> new KernelCheck("/c", "vector").run());
        assertEquals(
                "The checkpoint /c is of the portable kernel, and the executor here has the vector one, which rounds"
                        + " differently; start all JVMs with --add-modules=jdk.incubator.vector, or none.",
                assertThrows(CheckpointException.class, () -> new KernelCheck("/c", "portable").run())
                        .getMessage());
    }
}
