package foco.kernels.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.kernels.mask.Mask;
import foco.kernels.mask.Tile;
import foco.kernels.tile.KeyValueBlock;
import foco.kernels.tile.Panels;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyTileTest {

    private static final int WIDTH = 3;

    /** 500 keys and values, whose elements tell which they are. */
    private static KeyValueBlock block() {
        float[] tokens = new float[500 * WIDTH];
        for (int x = 0; x < tokens.length; x++) {
            tokens[x] = x;
        }
        return KeyValueBlock.pack(1000, 500, tokens, 0, WIDTH, WIDTH, tokens, 0, WIDTH, WIDTH);
    }

    @Test
    void singleKeysAreARowEach() {
        SeenPanels panels = new SeenPanels();
        panels.find(
                Mask.fixed(100, 2, 0).within(new Tile(0, 5000, 32, 1000, 500)), new Tile(0, 5000, 32, 1000, 500), 32);
        long[] seen = new long[SeenPanels.TILE_WORDS];
        // Keys 1298, 1299, 1398, 1399, 1498 and 1499, in three panels.
        assertEquals(6, panels.anyKeys(0, 256, seen));
        assertFalse(panels.anyDiffer(0, 256));
        assertEquals(3, Integer.bitCount(panels.any(0, 256 / 16)));
        Panels keys = Panels.zeros(WIDTH, 256);
        KeyTile tile = KeyTile.ofKeys(block(), 256, 244, seen, keys);
        assertEquals(6, tile.rows());
        assertEquals(
                List.of(new KeyTile.Run(42, 44, 0), new KeyTile.Run(142, 144, 2), new KeyTile.Run(242, 244, 4)),
                tile.runs());
        Panels values = Panels.zeros(256, WIDTH);
        tile.gatherValues(values);
        int[] positions = {298, 299, 398, 399, 498, 499};
        for (int row = 0; row < positions.length; row++) {
            assertEquals(WIDTH * positions[row] + 1, keys.get(1, row));
            assertEquals(WIDTH * positions[row] + 2, values.get(row, 2));
        }
    }

    @Test
    void panelsAreTheirKeysAndCloseUp() {
        KeyTile tile = KeyTile.ofPanels(block(), 256, 244, 0b1000_0000_0000_0110);
        assertEquals(List.of(new KeyTile.Run(16, 48, 0), new KeyTile.Run(240, 244, 32)), tile.runs());
        assertEquals(36, tile.rows());
        assertFalse(tile.isOneRun());
        assertTrue(KeyTile.ofPanels(block(), 256, 244, 0xffff).isOneRun());
    }
}
