package foco.kernels.mask;

/** A query sees what either mask lets it see. */
record OrMask(Mask left, Mask right) implements Mask {

    @Override
    public boolean allows(int head, long query, long key) {
        return left.allows(head, query, key) || right.allows(head, query, key);
    }

    @Override
    public boolean givesRanges() {
        return left.givesRanges() && right.givesRanges();
    }

    @Override
    public void visible(int head, long query, KeyRanges keys) {
        KeyRanges a = keys.left();
        left.visible(head, query, a);
        KeyRanges b = keys.right();
        right.visible(head, query, b);
        keys.addUnion(a, b);
    }

    @Override
    public void visible(Tile tile, KeyRanges some, KeyRanges every) {
        MaskPair.visible(left, right, KeyRanges::addUnion, tile, some, every);
    }

    @Override
    public long alikeUntil(long query) {
        return Math.min(left.alikeUntil(query), right.alikeUntil(query));
    }

    @Override
    public Coverage coverage(Tile tile) {
        Coverage a = left.coverage(tile);
        if (a == Coverage.ALL) {
            return a;
        }
        Coverage b = right.coverage(tile);
        return b == Coverage.ALL || a == Coverage.NONE ? b : Coverage.PARTIAL;
    }

    @Override
    public Mask forSequence(String sequence, long queries, long keys) {
        return new OrMask(left.forSequence(sequence, queries, keys), right.forSequence(sequence, queries, keys));
    }

    @Override
    public Mask shifted(long positions) {
        return new OrMask(left.shifted(positions), right.shifted(positions));
    }

    @Override
    public String toString() {
        return "%s or %s".formatted(left, right);
    }
}
