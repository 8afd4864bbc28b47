package foco.kernels.mask;

import java.util.Optional;

/**
 * Fixed attention of Child et al., "Generating Long Sequences with Sparse Transformers" (2019), section 4.3, both of its
 * patterns in one: of the keys up to its own position, a query sees those of its own chunk of {@code stride} and the
 * last {@code summary} of every earlier chunk.
 */
record FixedMask(long stride, long summary, long queryOffset) implements Mask {

    FixedMask {
        Positions.require("A stride", stride, 1);
        Positions.require("The number of summary positions of a chunk", summary, 1);
        Positions.requireOffset("A fixed sparse mask", queryOffset);
        if (summary > stride) {
            throw new IllegalArgumentException("A chunk of %d cannot have %d summary positions; give at most %d."
                    .formatted(stride, summary, stride));
        }
    }

    @Override
    public boolean allows(int head, long query, long key) {
        long position = queryOffset + query;
        boolean summarises = summaries().allows(head, query, key);
        return key <= position && (summarises || Math.floorDiv(key, stride) == Math.floorDiv(position, stride));
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
        long chunk = Math.floorDiv(position, stride) * stride;
        SummaryMask all = summaries();
        long far = all.before(Math.min(chunk, keys.end())) - all.before(Math.min(chunk, keys.first()));
        return far + Math.max(0, Math.min(position + 1, keys.end()) - Math.max(chunk, keys.first()));
    }

    private SummaryMask summaries() {
        return new SummaryMask(stride, summary);
    }

    /** Of the chunks before their own, all queries see the same. */
    @Override
    public Mask within(Tile tile) {
        long chunk = Math.floorDiv(queryOffset + tile.firstQuery(), stride) * stride;
        return tile.firstKey() + tile.keys() <= chunk ? summaries() : this;
    }

    @Override
    public Coverage coverage(Tile tile) {
        boolean after = tile.firstKey() >= queryOffset + tile.firstQuery() + tile.queries();
        return after ? Coverage.NONE : Mask.super.coverage(tile);
    }

    @Override
    public void visible(int head, long query, KeyRanges keys) {
        long position = queryOffset + query;
        long chunk = Math.floorDiv(position, stride) * stride;
        summaries().addUpTo(Math.min(chunk, keys.end()), keys);
        keys.add(chunk, position + 1);
    }

    @Override
    public Mask shifted(long positions) {
        return new FixedMask(stride, summary, queryOffset + positions);
    }

    @Override
    public Optional<String> text() {
        return Optional.of(toString());
    }

    @Override
    public String toString() {
        return "fixed(%d, %d%s)".formatted(stride, summary, Positions.suffix(queryOffset));
    }
}
