package foco.kernels.mask;

import java.util.Optional;

/**
 * Strided attention of Child et al., "Generating Long Sequences with Sparse Transformers" (2019), section 4.3, both of
 * its patterns in one: a query at position {@code p} sees the {@code stride} keys up to its own and, before them, every
 * {@code stride}-th.
 */
record StridedMask(long stride, long queryOffset) implements Mask {

    StridedMask {
        Positions.require("A stride", stride, 1);
        Positions.requireOffset("A strided mask", queryOffset);
    }

    @Override
    public boolean allows(int head, long query, long key) {
        long distance = queryOffset + query - key;
        return distance >= 0 && (distance < stride || distance % stride == 0);
    }

    @Override
    public boolean givesRanges() {
        return true;
    }

    @Override
    public boolean isCounted() {
        return true;
    }

    @Override
    public boolean isAlikeForHeads() {
        return true;
    }

    @Override
    public Mask outer() {
        return new CausalMask(queryOffset);
    }

    @Override
    public long seen(int head, long query, KeyRanges keys) {
        long position = queryOffset + query;
        return seenFrom(position - keys.first()) - seenFrom(position - keys.end());
    }

    /** The number of keys seen at distances {@code 0 .. distance}. */
    private long seenFrom(long distance) {
        return distance < stride ? Math.max(0, distance + 1) : stride + distance / stride;
    }

    /** What is seen depends on the distance alone, and between a tile's smallest and largest lie all others. */
    @Override
    public Coverage coverage(Tile tile) {
        long last = queryOffset + tile.firstQuery() + tile.queries() - 1 - tile.firstKey();
        long distances = tile.queries() + tile.keys() - 1L;
        long seen = seenFrom(last) - seenFrom(last - distances);
        return seen == 0 ? Coverage.NONE : seen == distances ? Coverage.ALL : Coverage.PARTIAL;
    }

    @Override
    public void visible(int head, long query, KeyRanges keys) {
        long position = queryOffset + query;
        long near = position - stride + 1;
        long end = Math.min(near, keys.end());
        for (long key = keys.first() + Math.floorMod(position - keys.first(), stride); key < end; key += stride) {
            keys.add(key, key + 1);
        }
        keys.add(near, position + 1);
    }

    @Override
    public long slidesUntil(long query) {
        return Long.MAX_VALUE;
    }

    @Override
    public Mask shifted(long positions) {
        return new StridedMask(stride, queryOffset + positions);
    }

    @Override
    public Optional<String> text() {
        return Optional.of(toString());
    }

    @Override
    public String toString() {
        return "strided(%d%s)".formatted(stride, Positions.suffix(queryOffset));
    }
}
