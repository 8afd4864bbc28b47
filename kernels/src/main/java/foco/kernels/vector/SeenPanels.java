package foco.kernels.vector;

import foco.kernels.mask.KeyRanges;
import foco.kernels.mask.Mask;
import foco.kernels.mask.Tile;
import foco.kernels.tile.Panels;
import java.util.Arrays;

/**
 * Which panels of a block's keys are seen, by any and by all queries of each tile, and which of their keys. The mask is asked once for every tile,
 * and once for tiles whose queries all see the same.
 */
final class SeenPanels {

    private static final int PANEL = Panels.WIDTH;

    /** A bit for each panel of a tile's keys; tiles start at a multiple of so many, and none lies across two words. */
    private static final int TILE_BITS = (1 << VectorKernel.TILE_KEYS / PANEL) - 1;

    /** Words with a bit for each key of a tile. */
    static final int TILE_WORDS = VectorKernel.TILE_KEYS / Long.SIZE;

    private final KeyRanges some = new KeyRanges();
    private final KeyRanges every = new KeyRanges();

    /** Panel {@code p} of tile {@code t} is bit {@code p % 64} of word {@code t * words + p / 64}. */
    private long[] any = new long[0];

    private long[] all = new long[0];
    private int words;

    /** Key {@code j} of tile {@code t} is bit {@code j % 64} of word {@code t * keyWords + j / 64}. */
    private long[] anyKeys = new long[0];

    private long[] allKeys = new long[0];
    private int keyWords;

    /** Looks at the tiles of {@code tileQueries} queries into which a block of queries is cut. */
    void find(Mask mask, Tile block, int tileQueries) {
        words = (Panels.count(block.keys()) + Long.SIZE - 1) / Long.SIZE;
        keyWords = (block.keys() + VectorKernel.TILE_KEYS - 1) / VectorKernel.TILE_KEYS * TILE_WORDS;
        int tiles = (block.queries() + tileQueries - 1) / tileQueries;
        if (any.length < tiles * words) {
            any = new long[tiles * words];
            all = new long[tiles * words];
        }
        if (anyKeys.length < tiles * keyWords) {
            anyKeys = new long[tiles * keyWords];
            allKeys = new long[tiles * keyWords];
        }
        long end = block.firstQuery() + block.queries();
        long alikeUntil = Long.MIN_VALUE;
        for (int t = 0; t < tiles; t++) {
            long first = block.firstQuery() + (long) t * tileQueries;
            int queries = (int) Math.min(tileQueries, end - first);
            if (alikeUntil >= first + queries) {
                System.arraycopy(any, (t - 1) * words, any, t * words, words);
                System.arraycopy(all, (t - 1) * words, all, t * words, words);
                System.arraycopy(anyKeys, (t - 1) * keyWords, anyKeys, t * keyWords, keyWords);
                System.arraycopy(allKeys, (t - 1) * keyWords, allKeys, t * keyWords, keyWords);
            } else {
                look(mask, new Tile(block.head(), first, queries, block.firstKey(), block.keys()), t);
                alikeUntil = mask.alikeUntil(first);
            }
        }
    }

    private void look(Mask mask, Tile tile, int number) {
        int at = number * words;
        int keysAt = number * keyWords;
        long firstKey = tile.firstKey();
        long end = firstKey + tile.keys();
        mask.visible(tile, some.reset(firstKey, end), every.reset(firstKey, end));
        Arrays.fill(any, at, at + words, 0);
        Arrays.fill(anyKeys, keysAt, keysAt + keyWords, 0);
        for (int r = 0; r < some.count(); r++) {
            int from = (int) (some.from(r) - firstKey);
            int to = (int) (some.to(r) - firstKey);
            set(any, at, from / PANEL, Panels.count(to));
            set(anyKeys, keysAt, from, to);
        }
        Arrays.fill(all, at, at + words, 0);
        Arrays.fill(allKeys, keysAt, keysAt + keyWords, 0);
        for (int r = 0; r < every.count(); r++) {
            int from = (int) (every.from(r) - firstKey);
            int to = (int) (every.to(r) - firstKey);
            set(all, at, Panels.count(from), every.to(r) == end ? Panels.count(to) : to / PANEL);
            set(allKeys, keysAt, from, to);
        }
    }

    /**
     * The keys of a tile that any of its queries sees.
     *
     * @param key the first of up to {@value VectorKernel#TILE_KEYS} keys
     * @param into receives a bit for each key from there on
     * @return how many they are
     */
    int anyKeys(int tile, int key, long[] into) {
        int seen = 0;
        for (int w = 0; w < TILE_WORDS; w++) {
            into[w] = anyKeys[tile * keyWords + key / Long.SIZE + w];
            seen += Long.bitCount(into[w]);
        }
        return seen;
    }

    /** Whether some queries of a tile see a key that others do not, among those from {@code key} on. */
    boolean anyDiffer(int tile, int key) {
        int at = tile * keyWords + key / Long.SIZE;
        boolean differ = false;
        for (int w = at; w < at + TILE_WORDS; w++) {
            differ |= (anyKeys[w] & ~allKeys[w]) != 0;
        }
        return differ;
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

    /** The panels of a tile's keys, from {@code panel} on, that any of its queries sees, a bit each. */
    int any(int tile, int panel) {
        return ofTile(any, tile, panel);
    }

    /** The panels of a tile's keys, from {@code panel} on, of which all its queries see all keys, a bit each. */
    int all(int tile, int panel) {
        return ofTile(all, tile, panel);
    }

    private int ofTile(long[] bits, int tile, int panel) {
        return (int) (bits[tile * words + panel / Long.SIZE] >>> panel) & TILE_BITS;
    }
}
