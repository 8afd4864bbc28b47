package foco.kernels.mask;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
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
        int stride = queries + 3;
        float[] scores = new float[2 + keys * stride];
        mask.fill(tile, scores, 2, stride);
        int seen = 0;
        for (int j = 0; j < keys; j++) {
            for (int i = 0; i < queries; i++) {
                boolean allowed = mask.allows(0, firstQuery + i, firstKey + j);
                seen += allowed ? 1 : 0;
                assertEquals(allowed ? 0 : Float.NEGATIVE_INFINITY, scores[2 + j * stride + i]);
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
    void aFillLeavesWhatLiesOutsideTheTile() {
        float[] scores = new float[40];
        Mask.causal().fill(new Tile(0, 0, 4, 4, 4), scores, 10, 5);
        float[] outside = Arrays.copyOf(scores, 10);
        assertTrue(Arrays.equals(new float[10], outside));
        assertEquals(0, scores[14]);
        assertEquals(Float.NEGATIVE_INFINITY, scores[13]);
        assertEquals(0, scores[30]);
    }

    @Test
    void anOffsetThatWouldOverflowIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Mask.causal(Long.MIN_VALUE));
        assertThrows(IllegalArgumentException.class, () -> Mask.causal(Long.MAX_VALUE));
    }
}
