package foco.jobs.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class KernelCaseTest {

    /** The operations of one head, a block of queries at a time, as the work that is timed counts them. */
    private static double ofOneHead(KernelCase timed) {
        KernelInput input = new KernelInput(timed);
        KernelWork work = new KernelWork(input, 0, 1);
        double sum = 0;
        for (int i = 0; i < input.queryBlocks() * timed.heads(); i++) {
            sum += work.run();
        }
        return sum / timed.heads();
    }

    @Test
    void denseIsFourTimesQueriesKeysAndWidth() {
        assertEquals(4.0 * 2000 * 2000 * 24, ofOneHead(new KernelCase(24, Masking.DENSE, 3, 2000, 2000)));
        assertEquals(4.0 * 70 * 2000 * 24, ofOneHead(new KernelCase(24, Masking.DENSE, 3, 70, 2000)));
    }

    @Test
    void causalIsHalfOfThatAndItsDiagonal() {
        assertEquals(4.0 * 2000 * 2001 / 2 * 24, ofOneHead(new KernelCase(24, Masking.CAUSAL, 3, 2000, 2000)));
        // The last 70 of 2000 see 1931 to 2000 keys.
        assertEquals(4.0 * 70 * (1931 + 2000) / 2 * 24, ofOneHead(new KernelCase(24, Masking.CAUSAL, 3, 70, 2000)));
    }

    @Test
    void theMedianStandsInTheMiddle() {
        assertEquals(2, Median.of(List.of(100.0, 1.0, 2.0)));
        assertEquals(3, Median.of(List.of(4.0, 100.0, 1.0, 2.0)));
    }
}
