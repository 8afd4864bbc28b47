package foco.kernels.vector;

import foco.kernels.mask.KeyRanges;
import foco.kernels.mask.Mask;
import foco.kernels.mask.Tile;
import foco.kernels.tile.Panels;
import java.util.Arrays;

/** Which keys of a tile its queries see, a bit for every query; and the hiding of the others. */
final class SeenKeys {

    private static final int PANEL = Panels.WIDTH;

    private final KeyRanges ranges = new KeyRanges();

    /** Bit {@code i} of key {@code j}: whether query {@code i} sees it. */
    private final int[] seen = new int[VectorKernel.TILE_KEYS + 1];

    /** Asks the mask about a tile of up to 32 queries. */
    void find(Mask mask, Tile tile) {
        // The queries whose ranges begin or end at a key; added up over the keys, those that see it.
        Arrays.fill(seen, 0, tile.keys() + 1, 0);
        long end = tile.firstQuery() + tile.queries();
        for (long query = tile.firstQuery(); query < end; ) {
            long next = Math.min(end, mask.alikeUntil(query));
            int alike = lanes((int) (next - query)) << (int) (query - tile.firstQuery());
            mask.visible(tile.head(), query, ranges.reset(tile.firstKey(), tile.firstKey() + tile.keys()));
            for (int r = 0; r < ranges.count(); r++) {
                seen[(int) (ranges.from(r) - tile.firstKey())] ^= alike;
                seen[(int) (ranges.to(r) - tile.firstKey())] ^= alike;
            }
            query = next;
        }
        for (int j = 1; j < tile.keys(); j++) {
            seen[j] ^= seen[j - 1];
        }
    }

    /**
     * Sets to -infinity the scores of hidden pairs.
     *
     * @param key the first of {@code keys} keys of the tile
     * @param query the first of {@code queries} queries of the tile, up to a panel
     * @param scores that of the first key and query at {@code offset}, of the next query behind it, and of the next key a
     *     panel on
     */
    void hide(int key, int keys, int query, int queries, float[] scores, int offset) {
        int lanes = lanes(queries);
        for (int j = 0; j < keys; j++) {
            int row = offset + j * PANEL;
            int hidden = ~(seen[key + j] >>> query) & lanes;
            if (hidden == lanes) {
                Arrays.fill(scores, row, row + PANEL, Float.NEGATIVE_INFINITY);
                continue;
            }
            for (; hidden != 0; hidden &= hidden - 1) {
                scores[row + Integer.numberOfTrailingZeros(hidden)] = Float.NEGATIVE_INFINITY;
            }
        }
    }

    private static int lanes(int count) {
        return -1 >>> (Integer.SIZE - count);
    }
}
