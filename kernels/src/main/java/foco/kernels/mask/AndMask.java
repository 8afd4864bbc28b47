package foco.kernels.mask;

/** A query sees what both masks let it see. */
record AndMask(Mask left, Mask right) implements Mask {

    /** The simplest mask of that meaning. */
    static Mask of(Mask left, Mask right) {
        if (left == FullMask.INSTANCE) {
            return right;
        }
        if (right == FullMask.INSTANCE) {
            return left;
        }
        return left instanceof KeyBand a && right instanceof KeyBand b ? new BandAnd(a, b) : new AndMask(left, right);
    }

    @Override
    public boolean allows(int head, long query, long key) {
        return left.allows(head, query, key) && right.allows(head, query, key);
    }

    @Override
    public boolean givesRanges() {
        return left.givesRanges() && right.givesRanges();
    }

    @Override
    public void visible(int head, long query, KeyRanges keys) {
        KeyRanges outer = keys.left();
        left.visible(head, query, outer);
        for (int r = 0; r < outer.count(); r++) {
            KeyRanges inner = keys.right().reset(outer.from(r), outer.to(r));
            right.visible(head, query, inner);
            for (int s = 0; s < inner.count(); s++) {
                keys.add(inner.from(s), inner.to(s));
            }
        }
    }

    @Override
    public void visible(Tile tile, KeyRanges some, KeyRanges every) {
        MaskPair.visible(left, right, KeyRanges::addIntersection, tile, some, every);
    }

    @Override
    public long alikeUntil(long query) {
        return Math.min(left.alikeUntil(query), right.alikeUntil(query));
    }

    @Override
    public Coverage coverage(Tile tile) {
        Coverage a = left.coverage(tile);
        if (a == Coverage.NONE) {
            return a;
        }
        Coverage b = right.coverage(tile);
        return b == Coverage.NONE || a == Coverage.ALL ? b : Coverage.PARTIAL;
    }

    @Override
    public Mask forSequence(String sequence, long queries, long keys) {
        return of(left.forSequence(sequence, queries, keys), right.forSequence(sequence, queries, keys));
    }

    @Override
    public Mask shifted(long positions) {
        return of(left.shifted(positions), right.shifted(positions));
    }

    @Override
    public String toString() {
        return name(left, right);
    }

    static String name(Mask left, Mask right) {
        return "%s and %s".formatted(operand(left), operand(right));
    }

    private static String operand(Mask mask) {
        return mask instanceof OrMask ? "(%s)".formatted(mask) : mask.toString();
    }
}
