package foco.kernels.mask;

import java.util.Arrays;

/** Query {@code i} sees the keys up to position {@code queryOffset + i}. */
record CausalMask(long queryOffset) implements Mask {

    /** Sequences end below 2^62, so that positions and offsets never overflow when added. */
    private static final long LIMIT = 1L << 62;

    CausalMask {
        if (queryOffset > LIMIT || queryOffset < -LIMIT) {
            throw new IllegalArgumentException(
                    "A causal mask's query offset must lie within +-2^62, and is " + queryOffset);
        }
    }

    @Override
    public Coverage coverage(Tile tile) {
        long firstVisible = queryOffset + tile.firstQuery();
        long lastVisible = firstVisible + tile.queries() - 1;
        if (lastVisible < tile.firstKey()) {
            return Coverage.NONE;
        }
        return firstVisible >= tile.firstKey() + tile.keys() - 1 ? Coverage.ALL : Coverage.PARTIAL;
    }

    @Override
    public void fill(Tile tile, float[] scores, int offset, int stride) {
        for (int j = 0; j < tile.keys(); j++) {
            long firstToSee = tile.firstKey() + j - queryOffset - tile.firstQuery();
            int hidden = (int) Math.max(0, Math.min(firstToSee, tile.queries()));
            int row = offset + j * stride;
            Arrays.fill(scores, row, row + hidden, Float.NEGATIVE_INFINITY);
        }
    }

    @Override
    public boolean allows(int head, long query, long key) {
        return key <= queryOffset + query;
    }

    @Override
    public long pairs(int head, long firstQuery, int queries, long keys) {
        // The visible counts first, first+1, ... grow by one until they reach all keys; negative ones count as none.
        long first = queryOffset + firstQuery + 1;
        long growing = Math.max(0, Math.min(queries, keys - first));
        long from = Math.max(0, Math.min(-first, growing));
        long triangle = (growing - from) * (2 * first + from + growing - 1) / 2;
        return triangle + (queries - growing) * keys;
    }

    @Override
    public String toString() {
        return queryOffset == 0 ? "causal" : "causal(offset " + queryOffset + ")";
    }
}
