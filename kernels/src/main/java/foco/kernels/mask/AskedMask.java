package foco.kernels.mask;

import java.util.Arrays;

/**
 * What a mask shows of one tile, every pair of which it is asked about once, in bits. It is for a mask that has to be asked
 * pair by pair, where a kernel would ask first about the tile, then about its parts, and at last about pairs. A buffer to be
 * filled again and again, for use by one thread; it answers for the tile alone.
 */
public final class AskedMask implements Mask {

    private final transient KeyRanges ranges = new KeyRanges();
    private transient Tile tile = new Tile(0, 0, 0, 0, 0);

    /** Key {@code j} of query {@code i} is bit {@code j % 64} of word {@code i * words + j / 64}. */
    private transient long[] bits = new long[0];

    private transient int words;

    /** Asks about all pairs of a tile; what was asked before is forgotten. */
    public void ask(Mask mask, Tile about) {
        tile = about;
        words = (about.keys() + Long.SIZE - 1) / Long.SIZE;
        bits = bits.length < about.queries() * words ? new long[about.queries() * words] : bits;
        Arrays.fill(bits, 0, about.queries() * words, 0);
        long query = about.firstQuery();
        while (query < end()) {
            mask.visible(about.head(), query, ranges.reset(about.firstKey(), about.firstKey() + about.keys()));
            long next = Math.min(end(), mask.alikeUntil(query));
            int at = at(query);
            for (int r = 0; r < ranges.count(); r++) {
                set(at, (int) (ranges.from(r) - about.firstKey()), (int) (ranges.to(r) - about.firstKey()));
            }
            for (query++; query < next; query++) {
                System.arraycopy(bits, at, bits, at(query), words);
            }
        }
    }

    private long end() {
        return tile.firstQuery() + tile.queries();
    }

    private int at(long query) {
        return (int) (query - tile.firstQuery()) * words;
    }

    private void set(int at, int from, int to) {
        for (int start = from; start < to; ) {
            int stop = Math.min(to, (start / Long.SIZE + 1) * Long.SIZE);
            bits[at + start / Long.SIZE] |= -1L >>> (Long.SIZE - (stop - start)) << start;
            start = stop;
        }
    }

    @Override
    public boolean allows(int head, long query, long key) {
        int j = (int) (key - tile.firstKey());
        return (bits[at(query) + j / Long.SIZE] >>> j & 1) != 0;
    }

    @Override
    public boolean givesRanges() {
        return true;
    }

    @Override
    public void visible(int head, long query, KeyRanges keys) {
        int at = at(query);
        for (int word = first(keys); word < end(keys); word++) {
            keys.addBits(tile.firstKey() + (long) word * Long.SIZE, bits[at + word]);
        }
    }

    @Override
    public void visible(Tile part, KeyRanges some, KeyRanges every) {
        long end = part.firstQuery() + part.queries();
        for (int word = first(some); word < end(some); word++) {
            long any = 0;
            long all = -1;
            for (long query = part.firstQuery(); query < end; query++) {
                any |= bits[at(query) + word];
                all &= bits[at(query) + word];
            }
            long from = tile.firstKey() + (long) word * Long.SIZE;
            some.addBits(from, any);
            every.addBits(from, all);
        }
    }

    /** The first and the last word with keys that are asked about. */
    private int first(KeyRanges keys) {
        return (int) (keys.first() - tile.firstKey()) / Long.SIZE;
    }

    private int end(KeyRanges keys) {
        return (int) (keys.end() - tile.firstKey() + Long.SIZE - 1) / Long.SIZE;
    }

    @Override
    public String toString() {
        return "asked";
    }
}
