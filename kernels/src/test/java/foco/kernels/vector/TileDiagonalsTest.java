package foco.kernels.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.kernels.AttentionSpec;
import foco.kernels.mask.Mask;
import foco.kernels.mask.Tile;
import foco.kernels.tile.KeyValueBlock;
import foco.kernels.tile.QueryBlock;
import org.junit.jupiter.api.Test;

class TileDiagonalsTest {

    private static final Tile FAR = new Tile(0, 6000, 32, 2000, 768);

    private final TileDiagonals diagonals = new TileDiagonals();

    @Test
    void theFarKeysOfAStridedMaskAreDiagonals() {
        assertTrue(diagonals.find(Mask.strided(100, 0), FAR));
        float[] tokens = new float[768 * 4];
        float[] scores = new float[16 * 8];
        diagonals.multiply(
                QueryBlock.pack(AttentionSpec.of(1, 4), 0, 6000, 32, tokens, 0, 4),
                0,
                2,
                KeyValueBlock.pack(2000, 768, tokens, 0, 4, 4, tokens, 0, 4, 4));
        // Queries 6000 to 6015 see keys 2000 to 2015, and the same every 100 further on.
        assertEquals(3, diagonals.scores(0, 0, 256, scores));
        assertEquals(3, diagonals.scores(0, 256, 512, scores));
        assertEquals(3, diagonals.scores(0, 512, 768, scores), "that at 500 goes on");
    }

    @Test
    void aMaskWithinWhichAllOthersShowEverythingIsOneOfDiagonals() {
        Mask padded = Mask.strided(100, 0).and(Mask.validKeys(5000)).or(Mask.global(1, 0));
        assertTrue(diagonals.find(padded.within(FAR), FAR));
        assertTrue(diagonals.find(Mask.strided(100, 0).and(Mask.causal()).and(Mask.window(4000, 0)), FAR));
    }

    @Test
    void whatIsNotSeenAloneIsNotOfDiagonals() {
        assertFalse(diagonals.find(Mask.strided(100, 0), new Tile(0, 2500, 32, 2000, 768)), "the last keys");
        assertFalse(diagonals.find(Mask.strided(5, 0), FAR), "too many");
        assertFalse(diagonals.find(Mask.fixed(100, 1, 0), FAR), "queries that do not slide");
        assertFalse(diagonals.find((head, query, key) -> query % 100 == key % 100, FAR), "nothing is known");
    }
}
