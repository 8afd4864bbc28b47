package foco.kernels.mask;

/** Another mask, whose query {@code i} is asked about as query {@code i + positions}: what it knows of tiles stays known. */
record ShiftedMask(Mask mask, long positions) implements Mask {

    ShiftedMask {
        Positions.requireOffset("A shifted mask", positions);
    }

    @Override
    public boolean allows(int head, long query, long key) {
        return mask.allows(head, query + positions, key);
    }

    private Tile moved(Tile tile) {
        return new Tile(tile.head(), tile.firstQuery() + positions, tile.queries(), tile.firstKey(), tile.keys());
    }

    /** A query of the mask as one of this; there may be no end of them. */
    private long back(long query) {
        return query == Long.MAX_VALUE ? query : query - positions;
    }

    @Override
    public void visible(int head, long query, KeyRanges keys) {
        mask.visible(head, query + positions, keys);
    }

    @Override
    public void visible(Tile tile, KeyRanges some, KeyRanges every) {
        mask.visible(moved(tile), some, every);
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
        return mask.seen(head, query + positions, keys);
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
        Mask outer = mask.outer();
        return outer == FullMask.INSTANCE ? outer : new ShiftedMask(outer, positions);
    }

    @Override
    public long alikeUntil(long query) {
        return back(mask.alikeUntil(query + positions));
    }

    @Override
    public long slidesUntil(long query) {
        return back(mask.slidesUntil(query + positions));
    }

    @Override
    public Mask within(Tile tile) {
        Mask simpler = mask.within(moved(tile));
        return simpler == mask ? this : new ShiftedMask(simpler, positions);
    }

    @Override
    public Coverage coverage(Tile tile) {
        return mask.coverage(moved(tile));
    }

    @Override
    public Coverage knownCoverage(Tile tile) {
        return mask.knownCoverage(moved(tile));
    }

    @Override
    public long pairs(int head, long firstQuery, int queries, long keys, int most) {
        return mask.pairs(head, firstQuery + positions, queries, keys, most);
    }

    @Override
    public Mask forSequence(String sequence, long queries, long keys) {
        Mask own = mask.forSequence(sequence, queries, keys);
        return own == mask ? this : new ShiftedMask(own, positions);
    }

    /** From where this one starts. */
    @Override
    public Mask shifted(long further) {
        long all = Math.addExact(positions, further);
        return all == 0 ? mask : new ShiftedMask(mask, all);
    }

    @Override
    public String toString() {
        return "%s%s".formatted(mask, Positions.suffix(positions));
    }
}
