package foco.kernels.mask;

import java.util.Optional;

/** Query {@code i} sees the keys up to position {@code queryOffset + i}. */
record CausalMask(long queryOffset) implements KeyBand {

    CausalMask {
        Positions.requireOffset("A causal mask", queryOffset);
    }

    @Override
    public boolean allows(int head, long query, long key) {
        return key <= queryOffset + query;
    }

    @Override
    public long from(long query) {
        return Long.MIN_VALUE;
    }

    @Override
    public long to(long query) {
        return queryOffset + query + 1;
    }

    @Override
    public long pairs(int head, long firstQuery, int queries, long keys, int most) {
        // The visible counts first, first+1, ... grow by one until they reach all keys; negative ones count as none.
        long first = queryOffset + firstQuery + 1;
        long growing = Math.max(0, Math.min(queries, keys - first));
        long from = Math.max(0, Math.min(-first, growing));
        long triangle = (growing - from) * (2 * first + from + growing - 1) / 2;
        return triangle + (queries - growing) * keys;
    }

    @Override
    public long slidesUntil(long query) {
        return Long.MAX_VALUE;
    }

    @Override
    public Mask shifted(long positions) {
        return new CausalMask(queryOffset + positions);
    }

    @Override
    public Optional<String> text() {
        return Optional.of(toString());
    }

    @Override
    public String toString() {
        return queryOffset == 0 ? "causal" : "causal(query offset %d)".formatted(queryOffset);
    }
}
