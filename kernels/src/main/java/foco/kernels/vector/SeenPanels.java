package foco.kernels.vector;

import foco.kernels.mask.KeyRanges;
import foco.kernels.mask.Mask;
import foco.kernels.mask.Tile;
import foco.kernels.tile.Panels;
import java.util.Arrays;

/**
 * Which panels of a block's keys are seen, by any and by all queries of each tile. The mask is asked once for every query
 * and block, and once for tiles whose queries all see the same.
 */
final class SeenPanels {

    private static final int PANEL = Panels.WIDTH;

    private final KeyRanges ranges = new KeyRanges();

    /** Panel {@code p} of tile {@code t} is bit {@code p % 64} of word {@code t * words + p / 64}. */
    private long[] any = new long[0];

    private long[] all = new long[0];
    private long[] one = new long[0];
    private int words;

    /** Looks at the tiles of {@code tileQueries} queries into which a block of queries is cut. */
    void find(Mask mask, Tile block, int tileQueries) {
        words = (Panels.count(block.keys()) + Long.SIZE - 1) / Long.SIZE;
        int tiles = (block.queries() + tileQueries - 1) / tileQueries;
        if (any.length < tiles * words) {
            any = new long[tiles * words];
            all = new long[tiles * words];
        }
        one = one.length == words ? one : new long[words];
        long end = block.firstQuery() + block.queries();
        long alikeUntil = Long.MIN_VALUE;
        for (int t = 0; t < tiles; t++) {
            long first = block.firstQuery() + (long) t * tileQueries;
            long last = Math.min(end, first + tileQueries);
            if (alikeUntil >= last) {
                System.arraycopy(any, (t - 1) * words, any, t * words, words);
                System.arraycopy(all, (t - 1) * words, all, t * words, words);
            } else {
                find(mask, block, first, last, t * words);
                alikeUntil = mask.alikeUntil(first);
            }
        }
    }

    private void find(Mask mask, Tile block, long first, long last, int at) {
        Arrays.fill(any, at, at + words, 0);
        Arrays.fill(all, at, at + words, -1);
        for (long query = first; query < last; query = mask.alikeUntil(query)) {
            mask.visible(block.head(), query, ranges.reset(block.firstKey(), block.firstKey() + block.keys()));
            Arrays.fill(one, 0);
            for (int r = 0; r < ranges.count(); r++) {
                int from = (int) (ranges.from(r) - block.firstKey());
                int to = (int) (ranges.to(r) - block.firstKey());
                set(any, at, from / PANEL, (to - 1) / PANEL + 1);
                int whole = to == block.keys() ? Panels.count(to) : to / PANEL;
                set(one, 0, (from + PANEL - 1) / PANEL, whole);
            }
            for (int w = 0; w < words; w++) {
                all[at + w] &= one[w];
            }
        }
    }

    /** Sets the bits {@code from .. to - 1} of the words at {@code at}. */
    private static void set(long[] bits, int at, int from, int to) {
        for (int start = from; start < to; ) {
            int word = start / Long.SIZE;
            int stop = Math.min(to, (word + 1) * Long.SIZE);
            bits[at + word] |= (-1L >>> (Long.SIZE - (stop - start))) << start;
            start = stop;
        }
    }

    /** The panels, of the eight from {@code panel} on, that any query of a tile sees, a bit each. */
    int any(int tile, int panel) {
        return eight(any, tile, panel);
    }

    /** The panels, of the eight from {@code panel} on, of which all queries of a tile see all keys, a bit each. */
    int all(int tile, int panel) {
        return eight(all, tile, panel);
    }

    private int eight(long[] bits, int tile, int panel) {
        return (int) (bits[tile * words + panel / Long.SIZE] >>> panel) & 0xff;
    }
}
