package foco.kernels.mask;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class CausalMaskTest {

    @Property(tries = 2000)
    void tilesAgreeWithPairs(
            @ForAll @IntRange(min = -60, max = 60) int offset,
            @ForAll @IntRange(min = 0, max = 60) int firstQuery,
            @ForAll @IntRange(min = 1, max = 20) int queries,
            @ForAll @IntRange(min = 0, max = 60) int firstKey,
            @ForAll @IntRange(min = 1, max = 20) int keys) {
        Mask mask = Mask.causal(offset);
        Tile tile = new Tile(0, firstQuery, queries, firstKey, keys);
        int seen = 0;
        for (int j = 0; j < keys; j++) {
            for (int i = 0; i < queries; i++) {
                seen += mask.allows(0, firstQuery + i, firstKey + j) ? 1 : 0;
            }
        }
        Coverage expected = seen == 0 ? Coverage.NONE : seen == queries * keys ? Coverage.ALL : Coverage.PARTIAL;
        assertEquals(expected, mask.coverage(tile));
    }

    @Property(tries = 2000)
    void pairsAreCounted(
            @ForAll @IntRange(min = -60, max = 60) int offset,
            @ForAll @IntRange(min = 0, max = 60) int firstQuery,
            @ForAll @IntRange(min = 0, max = 40) int queries,
            @ForAll @IntRange(min = 0, max = 60) int keys) {
        for (Mask mask : new Mask[] {Mask.full(), Mask.causal(offset)}) {
            long expected = 0;
            for (int i = firstQuery; i < firstQuery + queries; i++) {
                for (int j = 0; j < keys; j++) {
                    expected += mask.allows(0, i, j) ? 1 : 0;
                }
            }
            assertEquals(expected, mask.pairs(0, firstQuery, queries, keys));
        }
    }

    @Test
    void anOffsetThatWouldOverflowIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Mask.causal(Long.MIN_VALUE));
        assertThrows(IllegalArgumentException.class, () -> Mask.causal(Long.MAX_VALUE));
    }
}
