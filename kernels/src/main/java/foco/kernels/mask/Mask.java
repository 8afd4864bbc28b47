package foco.kernels.mask;

import java.io.Serializable;

/**
 * Which keys a query may see. A mask answers for whole tiles, so that empty tiles are skipped, full ones cost nothing,
 * and only the ones in between are masked score by score.
 *
 * <p>Positions are those of the query and of the key in their own sequences, counted from 0. An implementation is
 * immutable.
 */
public interface Mask extends Serializable {

    /**
     * How much of {@code tile} the mask lets through. NONE and ALL are promises; PARTIAL is always a legal answer, only
     * a slower one.
     */
    Coverage coverage(Tile tile);

    /**
     * Sets to {@code -infinity} the score of every pair of {@code tile} that the mask hides, and leaves the others as
     * they are.
     *
     * @param scores the score of the tile's query {@code i} and key {@code j} stands at {@code offset + j * stride + i}:
     *     a row holds one key's scores
     */
    void fill(Tile tile, float[] scores, int offset, int stride);

    /** Whether {@code query} may see {@code key} in {@code head}: the definition that tiles only make fast. */
    boolean allows(int head, long query, long key);

    /**
     * How many keys of {@code 0 .. keys - 1} the queries of a tile's rows see in all; what planning and GFLOP/s count.
     *
     * @return the number of (query, key) pairs let through for {@code firstQuery .. firstQuery + queries - 1}
     */
    long pairs(int head, long firstQuery, int queries, long keys);

    /** Every query sees every key. */
    static Mask full() {
        return FullMask.INSTANCE;
    }

    /** Query {@code i} sees the keys {@code 0 .. i}. */
    static Mask causal() {
        return causal(0);
    }

    /**
     * Query {@code i} stands at position {@code queryOffset + i} of the keys and sees the keys up to that position.
     *
     * @param queryOffset where query 0 stands among the keys: the number of keys that came before the first query. It
     *     may be negative; queries before key 0 see nothing.
     */
    static Mask causal(long queryOffset) {
        return new CausalMask(queryOffset);
    }
}
