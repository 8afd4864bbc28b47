package foco.kernels.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import foco.kernels.AttentionSpec;
import foco.kernels.vector.PeakLoop;
import org.junit.jupiter.api.Test;

class PeakTest {

    @Test
    void aTurnIsTwentyFourMultiplyAddsOfTheKernelsVectors() {
        int lanes = Peak.vectorBits() / 32;
        assertEquals(
                "vector, %d bits".formatted(32 * lanes),
                Kernels.create(AttentionSpec.of(1, 8)).name());
        assertEquals(48.0 * lanes * 1000, Peak.run(1000));
    }

    @Test
    void theLoopDoesAllThatItCounts() {
        int lanes = Peak.vectorBits() / 32;
        // Small whole numbers, which float32 adds exactly: chain c starts at 2 c and gains 8 a turn.
        float expected = lanes * (2 * 66 + 12 * 8 * 1000);
        assertEquals(expected, PeakLoop.run(1000, 2));
    }
}
