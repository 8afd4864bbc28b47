package foco.kernels.mask;

import java.util.SplittableRandom;

/** How many pairs a mask lets through, judged by some of them. */
final class PairSample {

    /** The pairs that are asked about: a share of a half is then known within 1 in 100, nearly always. */
    static final int SIZE = 1 << 16;

    /** Of so many queries, each of which is asked about as many keys as fit in the sample. */
    private static final int QUERIES = 64;

    private PairSample() {}

    /** As {@link Mask#pairs}, about: queries and keys are cut into equal stretches, and one is drawn from each. */
    static long pairs(Mask mask, int head, long firstQuery, int queries, long keys) {
        SplittableRandom random = new SplittableRandom(firstQuery);
        int rows = Math.min(QUERIES, queries);
        int columns = (int) Math.min(SIZE / QUERIES, keys);
        long seen = 0;
        for (int i = 0; i < rows; i++) {
            long query = firstQuery + within(queries, i, rows, random);
            for (int j = 0; j < columns; j++) {
                seen += mask.allows(head, query, within(keys, j, columns, random)) ? 1 : 0;
            }
        }
        return Math.round((double) seen / rows / columns * queries * keys);
    }

    /** A place in stretch {@code i} of {@code count} into which a length is cut. */
    private static long within(long length, int i, int count, SplittableRandom random) {
        long from = length * i / count;
        return from + random.nextLong(length * (i + 1) / count - from);
    }
}
