package foco.kernels.tile;

import foco.kernels.AttentionSpec;

/**
 * Consecutive queries of one head, ready for a kernel: multiplied by {@code scale * log2(e)}, so that a dot product with
 * a key is the score in units of log 2 and the softmax can use powers of two, and packed transposed in {@link Panels}.
 */
public final class QueryBlock {

    private static final double LOG2_E = 1 / StrictMath.log(2);

    private final int head;
    private final long firstQuery;
    private final Panels values;
    private final float[] norms;

    private QueryBlock(int head, long firstQuery, Panels values, float[] norms) {
        this.head = head;
        this.firstQuery = firstQuery;
        this.values = values;
        this.norms = norms;
    }

    /**
     * Packs {@code count} queries of {@code head}.
     *
     * @param firstQuery the position of the first query in its sequence
     * @param source query {@code i} starts at {@code offset + i * stride} and has {@code spec.keyWidth()} elements
     */
    public static QueryBlock pack(
            AttentionSpec spec, int head, long firstQuery, int count, float[] source, int offset, int stride) {
        Panels packed = Panels.packTransposed(source, offset, stride, spec.keyWidth(), count);
        float[] values = packed.values();
        Scaling.scale(spec.scale() * LOG2_E, values, 0, values.length);
        return new QueryBlock(head, firstQuery, packed, Norms.ofColumns(packed));
    }

    public int head() {
        return head;
    }

    /** The position of the first query in its sequence. */
    public long firstQuery() {
        return firstQuery;
    }

    /** The number of queries. */
    public int count() {
        return values.columns();
    }

    public int keyWidth() {
        return values.rows();
    }

    /** The scaled queries, {@code [keyWidth, count]}. */
    public Panels values() {
        return values;
    }

    /** A bound on the Euclidean norm of each scaled query, 0 for the columns that fill up the last panel. */
    public float[] norms() {
        return norms;
    }

    /** The bytes that the packed queries take. */
    public long bytes() {
        return 4L * (values.values().length + norms.length);
    }
}
