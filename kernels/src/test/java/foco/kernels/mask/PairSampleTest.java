package foco.kernels.mask;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

class PairSampleTest {

    private static void assertAbout(double expected, double actual) {
        assertEquals(expected, actual, 0.05 * expected);
    }

    @Test
    void aFunctionsPairsAreEstimatedFromASample() {
        AtomicLong asked = new AtomicLong();
        Mask causal = (head, query, key) -> {
            asked.incrementAndGet();
            return key <= query;
        };
        assertAbout(Mask.causal().pairs(0, 7680, 768, 1 << 20), causal.pairs(0, 7680, 768, 1 << 20));
        assertAbout(Mask.causal().pairs(0, 1 << 19, 768, 1 << 20), causal.pairs(0, 1 << 19, 768, 1 << 20));
        assertTrue(asked.get() <= 2 * PairSample.SIZE, () -> asked + " pairs asked");
    }

    @Test
    void aPatternThatRepeatsIsNotMistaken() {
        Mask even = (head, query, key) -> key % 2 == 0;
        assertAbout(768 * 4096 / 2, even.pairs(0, 0, 768, 4096));
        assertAbout(768 * 65536 / 64, ((Mask) (head, query, key) -> key % 64 == 0).pairs(0, 0, 768, 65536));
    }

    @Test
    void masksThatKnowRangesAreCounted() {
        Mask sparse = Mask.window(100, 0)
                .or(Mask.global(10, 0))
                .and(Mask.strided(7, 0).not());
        assertTrue(sparse.givesRanges());
        assertFalse(sparse.and((head, query, key) -> true).givesRanges());
        long seen = 0;
        for (long query = 500; query < 500 + 768; query++) {
            for (long key = 0; key < 4000; key++) {
                seen += sparse.allows(0, query, key) ? 1 : 0;
            }
        }
        assertEquals(seen, sparse.pairs(0, 500, 768, 4000));
    }

    /** Of a million keys a window shows a thousand, of which a sample of all would hardly meet one. */
    @Test
    void aFunctionIsSampledWhereAnotherMaskLetsItBeSeen() {
        LongAdder outside = new LongAdder();
        Mask even = (head, query, key) -> {
            if (key > query || query - key > 1023) {
                outside.increment();
            }
            return key % 2 == 0;
        };
        for (Mask mask : List.of(Mask.window(1023, 0).and(even), even.and(Mask.window(1023, 0)))) {
            assertEquals(768 * 512, mask.pairs(0, 1 << 19, 768, 1 << 20, 1 << 10), 0.1 * 768 * 512);
        }
        assertEquals(0, outside.sum());
    }
}
