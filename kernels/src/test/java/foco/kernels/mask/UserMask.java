package foco.kernels.mask;

/** A mask of a program's own, which knows all that another one knows, but nothing of queries further on. */
record UserMask(Mask mask) implements Mask {

    @Override
    public boolean allows(int head, long query, long key) {
        return mask.allows(head, query, key);
    }

    @Override
    public void visible(int head, long query, KeyRanges keys) {
        mask.visible(head, query, keys);
    }

    @Override
    public void visible(Tile tile, KeyRanges some, KeyRanges every) {
        mask.visible(tile, some, every);
    }

    @Override
    public boolean givesRanges() {
        return mask.givesRanges();
    }

    @Override
    public boolean givesFewRanges() {
        return mask.givesFewRanges();
    }

    @Override
    public long seen(int head, long query, KeyRanges keys) {
        return mask.seen(head, query, keys);
    }

    @Override
    public boolean isCounted() {
        return mask.isCounted();
    }

    @Override
    public boolean isAlikeForHeads() {
        return mask.isAlikeForHeads();
    }

    @Override
    public Mask outer() {
        return mask.outer();
    }

    @Override
    public long alikeUntil(long query) {
        return mask.alikeUntil(query);
    }

    @Override
    public long slidesUntil(long query) {
        return mask.slidesUntil(query);
    }

    @Override
    public Mask within(Tile tile) {
        return mask.within(tile);
    }

    @Override
    public Coverage coverage(Tile tile) {
        return mask.coverage(tile);
    }

    @Override
    public Coverage knownCoverage(Tile tile) {
        return mask.knownCoverage(tile);
    }

    @Override
    public long pairs(int head, long firstQuery, int queries, long keys, int most) {
        return mask.pairs(head, firstQuery, queries, keys, most);
    }
}
