package foco.kernels.mask;

import java.util.Arrays;

/**
 * The keys that one query sees within a span of keys, as ascending ranges that neither overlap nor touch. A buffer to be
 * filled again and again by {@link Mask#visible}, for use by one thread.
 */
public final class KeyRanges {

    private long first;
    private long end;
    private long[] bounds = new long[8];
    private int size;
    private KeyRanges left;
    private KeyRanges right;

    /** Empties it, and asks about the keys {@code first .. end - 1}. */
    public KeyRanges reset(long first, long end) {
        this.first = first;
        this.end = end;
        size = 0;
        return this;
    }

    /** The first key asked about. */
    public long first() {
        return first;
    }

    /** The end of the keys asked about. */
    public long end() {
        return end;
    }

    /**
     * Adds the keys {@code from .. to - 1}, as far as they lie in the span; none if {@code to <= from}. Ranges are added
     * in ascending order of {@code from}; they may overlap.
     */
    public void add(long from, long to) {
        long start = Math.max(from, first);
        long stop = Math.min(to, end);
        if (start >= stop) {
            return;
        }
        if (size > 0 && start <= bounds[size - 1]) {
            bounds[size - 1] = Math.max(bounds[size - 1], stop);
            return;
        }
        if (size == bounds.length) {
            bounds = Arrays.copyOf(bounds, 2 * size);
        }
        bounds[size++] = start;
        bounds[size++] = stop;
    }

    /** Adds the keys {@code from + j} for each bit {@code j} that is set; they come after those added before. */
    void addBits(long from, long bits) {
        long left = bits;
        while (left != 0) {
            int start = Long.numberOfTrailingZeros(left);
            int length = Long.numberOfTrailingZeros(~(left >>> start));
            add(from + start, from + start + length);
            left = start + length == Long.SIZE ? 0 : left >>> start + length << start + length;
        }
    }

    /** Adds the keys of either. */
    void addUnion(KeyRanges a, KeyRanges b) {
        int i = 0;
        int j = 0;
        while (i < a.count() || j < b.count()) {
            if (j == b.count() || i < a.count() && a.from(i) <= b.from(j)) {
                add(a.from(i), a.to(i));
                i++;
            } else {
                add(b.from(j), b.to(j));
                j++;
            }
        }
    }

    /** Adds the keys of both. */
    void addIntersection(KeyRanges a, KeyRanges b) {
        int i = 0;
        int j = 0;
        while (i < a.count() && j < b.count()) {
            add(Math.max(a.from(i), b.from(j)), Math.min(a.to(i), b.to(j)));
            if (a.to(i) < b.to(j)) {
                i++;
            } else {
                j++;
            }
        }
    }

    /** Takes in the keys of {@code other}, which is not {@link #right}. */
    void unite(KeyRanges other) {
        addUnion(moved(), other);
    }

    /** Keeps the keys that {@code other} has too, which is not {@link #right}. */
    void intersect(KeyRanges other) {
        addIntersection(moved(), other);
    }

    /** These ranges in the buffer on the right, and none left here. */
    private KeyRanges moved() {
        KeyRanges to = right();
        long[] spare = to.bounds;
        to.bounds = bounds;
        to.size = size;
        bounds = spare;
        size = 0;
        return to;
    }

    /** Adds the keys asked about that are not among those of {@code other}. */
    void addComplement(KeyRanges other) {
        long from = first;
        for (int r = 0; r < other.count(); r++) {
            add(from, other.from(r));
            from = other.to(r);
        }
        add(from, end);
    }

    /** The number of ranges. */
    public int count() {
        return size / 2;
    }

    /** The first key of range {@code range}. */
    public long from(int range) {
        return bounds[2 * range];
    }

    /** The end of range {@code range}. */
    public long to(int range) {
        return bounds[2 * range + 1];
    }

    /** The number of keys in all ranges. */
    public long keys() {
        long keys = 0;
        for (int i = 0; i < size; i += 2) {
            keys += bounds[i + 1] - bounds[i];
        }
        return keys;
    }

    /** Adds what the queries of a tile see that slide, here what some of them see and to {@code every} what all do. */
    void addSliding(Mask mask, Tile tile, KeyRanges every) {
        // The keys of the last query, were it the first: then the last of a range's keys is that many further on.
        int steps = tile.queries() - 1;
        KeyRanges one = left().reset(first - steps, end);
        mask.visible(tile.head(), tile.firstQuery(), one);
        for (int r = 0; r < one.count(); r++) {
            add(one.from(r), one.to(r) + steps);
            every.add(one.from(r) + steps, one.to(r));
        }
    }

    /** The pairs that a mask lets through, of some queries and the keys {@code 0 .. keys - 1}. */
    static long pairs(Mask mask, int head, long firstQuery, int queries, long keys) {
        long pairs = 0;
        KeyRanges ranges = new KeyRanges();
        long end = firstQuery + queries;
        for (long query = firstQuery; query < end; ) {
            long next = Math.min(end, mask.alikeUntil(query));
            pairs += (next - query) * mask.seen(head, query, ranges.reset(0, keys));
            query = next;
        }
        return pairs;
    }

    /** Two buffers for whoever puts these ranges together from others', empty, and kept for the next time. */
    KeyRanges left() {
        left = left == null ? new KeyRanges() : left;
        return left.reset(first, end);
    }

    KeyRanges right() {
        right = right == null ? new KeyRanges() : right;
        return right.reset(first, end);
    }
}
