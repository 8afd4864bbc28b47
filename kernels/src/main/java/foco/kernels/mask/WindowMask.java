package foco.kernels.mask;

import java.util.Optional;

/**
 * Query {@code i} at position {@code p = queryOffset + i} sees the keys {@code p - left .. p + right}; -1 is no limit.
 */
record WindowMask(long left, long right, long queryOffset) implements KeyBand {

    WindowMask {
        Positions.require("A window's left side (-1: no limit)", left, -1);
        Positions.require("A window's right side (-1: no limit)", right, -1);
        Positions.requireOffset("A window", queryOffset);
    }

    @Override
    public boolean allows(int head, long query, long key) {
        long distance = queryOffset + query - key;
        return (left < 0 || distance <= left) && (right < 0 || -distance <= right);
    }

    @Override
    public long from(long query) {
        return left < 0 ? Long.MIN_VALUE : queryOffset + query - left;
    }

    @Override
    public long to(long query) {
        return right < 0 ? Long.MAX_VALUE : queryOffset + query + right + 1;
    }

    @Override
    public long slidesUntil(long query) {
        return Long.MAX_VALUE;
    }

    @Override
    public boolean isBeyond(long keys) {
        return from(0) >= keys;
    }

    @Override
    public Mask shifted(long positions) {
        return new WindowMask(left, right, queryOffset + positions);
    }

    @Override
    public Optional<String> text() {
        return Optional.of(toString());
    }

    @Override
    public String toString() {
        return "window(%d, %d%s)".formatted(left, right, Positions.suffix(queryOffset));
    }
}
