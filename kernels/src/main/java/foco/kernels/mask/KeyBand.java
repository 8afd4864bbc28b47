package foco.kernels.mask;

/**
 * A mask whose queries each see one run of keys, {@code from(query) .. to(query) - 1}, neither end of which moves back
 * from a query to the next: causal, windows, chunks, documents. Whether such a band crosses a tile shows at the tile's
 * first and last query; and bands meet in bands, so that a causal window over packed documents is no dearer than
 * causal.
 */
interface KeyBand extends Mask {

    /** The first key that {@code query} sees, which may lie before all keys; not below that of {@code query - 1}. */
    long from(long query);

    /** The end of the keys that {@code query} sees; not below that of {@code query - 1}. */
    long to(long query);

    @Override
    default boolean givesRanges() {
        return true;
    }

    @Override
    default boolean givesFewRanges() {
        return true;
    }

    @Override
    default boolean isAlikeForHeads() {
        return true;
    }

    @Override
    default void visible(int head, long query, KeyRanges keys) {
        keys.add(from(query), to(query));
    }

    @Override
    default long seen(int head, long query, KeyRanges keys) {
        return Math.max(0, Math.min(to(query), keys.end()) - Math.max(from(query), keys.first()));
    }

    @Override
    default void visible(Tile tile, KeyRanges some, KeyRanges every) {
        long first = tile.firstQuery();
        long last = first + tile.queries() - 1;
        some.add(from(first), to(last));
        every.add(from(last), to(first));
    }

    @Override
    default Coverage coverage(Tile tile) {
        long first = tile.firstQuery();
        long last = first + tile.queries() - 1;
        long start = tile.firstKey();
        long end = start + tile.keys();
        if (to(last) <= start || from(first) >= end) {
            return Coverage.NONE;
        }
        if (from(last) <= start && to(first) >= end) {
            return Coverage.ALL;
        }
        // Some queries' runs reach past the tile's start, the later ones; some begin before its end, the earlier ones.
        // Those that do both see keys of it, unless they see none at all.
        long query = firstReaching(start, first, last);
        while (query <= last && from(query) < end) {
            if (from(query) < to(query)) {
                return Coverage.PARTIAL;
            }
            query = alikeUntil(query);
        }
        return Coverage.NONE;
    }

    /** The first of the queries {@code first .. last} whose run ends after {@code key}; that of {@code last} does. */
    private long firstReaching(long key, long first, long last) {
        long low = first;
        long high = last;
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (to(middle) > key) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
