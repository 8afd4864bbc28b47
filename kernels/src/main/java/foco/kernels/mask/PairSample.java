package foco.kernels.mask;

import java.util.SplittableRandom;

/** How many pairs a mask lets through, judged by some of them. */
final class PairSample {

    /** The pairs that are asked about: a share of a half is then known within 1 in 100, nearly always. */
    static final int SIZE = 1 << 16;

    /** Of so many queries, each of which is asked about as many keys as fit in the sample. */
    private static final int QUERIES = 64;

    private PairSample() {}

    /**
     * As {@link Mask#pairs}, about: queries, and the keys that the {@link Mask#outer outer} mask shows to each, are cut
     * into equal stretches, and one is drawn from each.
     *
     * @param most the pairs that may be asked about, {@value #QUERIES} or more
     */
    static long pairs(Mask mask, int head, long firstQuery, int queries, long keys, int most) {
        SplittableRandom random = new SplittableRandom(firstQuery);
        Mask outer = mask.outer();
        KeyRanges ranges = new KeyRanges();
        int rows = Math.min(QUERIES, queries);
        double pairs = 0;
        for (int i = 0; i < rows; i++) {
            long query = firstQuery + within(queries, i, rows, random);
            outer.visible(head, query, ranges.reset(0, keys));
            pairs += seen(mask, head, query, ranges, most / rows, random);
        }
        return Math.round(pairs / rows * queries);
    }

    /** How many of some keys a query sees, about. */
    private static double seen(Mask mask, int head, long query, KeyRanges keys, int most, SplittableRandom random) {
        long count = keys.keys();
        int columns = (int) Math.min(most, count);
        long seen = 0;
        int range = 0;
        long before = 0;
        for (int j = 0; j < columns; j++) {
            long place = within(count, j, columns, random);
            while (place - before >= keys.to(range) - keys.from(range)) {
                before += keys.to(range) - keys.from(range);
                range++;
            }
            seen += mask.allows(head, query, keys.from(range) + place - before) ? 1 : 0;
        }
        return columns == 0 ? 0 : (double) seen / columns * count;
    }

    /** A place in stretch {@code i} of {@code count} into which a length is cut. */
    private static long within(long length, int i, int count, SplittableRandom random) {
        long from = length * i / count;
        return from + random.nextLong(length * (i + 1) / count - from);
    }
}
