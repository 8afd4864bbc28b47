package foco.kernels.mask;

import java.util.Optional;

/**
 * Global attention of Beltagy et al., "Longformer" (2020), section 3.1, of the first {@code count} positions: they see
 * every key, and every query sees them.
 */
record GlobalMask(long count, long queryOffset) implements Mask {

    GlobalMask {
        Positions.require("The number of global tokens", count, 1);
        Positions.requireOffset("A mask of global tokens", queryOffset);
    }

    @Override
    public boolean allows(int head, long query, long key) {
        return isGlobal(query) || key < count;
    }

    @Override
    public boolean givesRanges() {
        return true;
    }

    @Override
    public boolean givesFewRanges() {
        return true;
    }

    @Override
    public boolean isAlikeForHeads() {
        return true;
    }

    @Override
    public void visible(int head, long query, KeyRanges keys) {
        keys.add(0, isGlobal(query) ? Long.MAX_VALUE : count);
    }

    @Override
    public long alikeUntil(long query) {
        if (isGlobal(query)) {
            return count - queryOffset;
        }
        return queryOffset + query < 0 ? -queryOffset : Long.MAX_VALUE;
    }

    private boolean isGlobal(long query) {
        long position = queryOffset + query;
        return position >= 0 && position < count;
    }

    @Override
    public Mask forSequence(String sequence, long queries, long keys) {
        if (count > keys) {
            throw new IllegalArgumentException(
                    "%d global tokens are more than the %d keys of sequence %s.".formatted(count, keys, sequence));
        }
        return this;
    }

    @Override
    public Mask shifted(long positions) {
        return new GlobalMask(count, queryOffset + positions);
    }

    @Override
    public Optional<String> text() {
        return Optional.of(toString());
    }

    @Override
    public String toString() {
        return "global(%d%s)".formatted(count, Positions.suffix(queryOffset));
    }
}
