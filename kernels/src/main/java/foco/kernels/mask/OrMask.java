package foco.kernels.mask;

import java.util.Map;
import java.util.Optional;

/** A query sees what either mask lets it see. */
record OrMask(Mask left, Mask right) implements Mask {

    /** The simplest mask of that meaning. */
    static Mask of(Mask left, Mask right) {
        boolean full = left == FullMask.INSTANCE || right == FullMask.INSTANCE;
        return full ? FullMask.INSTANCE : new OrMask(left, right);
    }

    @Override
    public boolean allows(int head, long query, long key) {
        return left.allows(head, query, key) || right.allows(head, query, key);
    }

    @Override
    public boolean givesRanges() {
        return left.givesRanges() && right.givesRanges();
    }

    @Override
    public boolean givesFewRanges() {
        return left.givesFewRanges() && right.givesFewRanges();
    }

    @Override
    public boolean isAlikeForHeads() {
        return left.isAlikeForHeads() && right.isAlikeForHeads();
    }

    @Override
    public boolean isCounted() {
        return AndMask.isCounted(left, right);
    }

    @Override
    public Mask outer() {
        return of(left.outer(), right.outer());
    }

    /** Either's keys, less those that were counted twice. */
    @Override
    public long seen(int head, long query, KeyRanges keys) {
        if (!isCounted()) {
            return Mask.super.seen(head, query, keys);
        }
        long a = left.seen(head, query, keys.left());
        long b = right.seen(head, query, keys.left());
        return a + b - AndMask.seen(left, right, head, query, keys);
    }

    @Override
    public void visible(int head, long query, KeyRanges keys) {
        // What knows its ranges is asked first: the other one, pair by pair perhaps, only outside of them.
        Mask first = left.givesRanges() ? left : right;
        Mask second = first == left ? right : left;
        KeyRanges a = keys.left();
        first.visible(head, query, a);
        if (second.givesRanges()) {
            KeyRanges b = keys.right();
            second.visible(head, query, b);
            keys.addUnion(a, b);
            return;
        }
        long from = keys.first();
        for (int r = 0; r < a.count(); r++) {
            AndMask.addWithin(from, a.from(r), second, head, query, keys);
            keys.add(a.from(r), a.to(r));
            from = a.to(r);
        }
        AndMask.addWithin(from, keys.end(), second, head, query, keys);
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
    public long slidesUntil(long query) {
        return Math.min(left.slidesUntil(query), right.slidesUntil(query));
    }

    @Override
    public Mask within(Tile tile) {
        if (left.knownCoverage(tile) == Coverage.NONE) {
            return right.within(tile);
        }
        if (right.knownCoverage(tile) == Coverage.NONE) {
            return left.within(tile);
        }
        return of(left.within(tile), right.within(tile));
    }

    @Override
    public Coverage coverage(Tile tile) {
        Mask first = left.givesRanges() ? left : right;
        Coverage a = first.coverage(tile);
        if (a == Coverage.ALL) {
            return a;
        }
        return either(a, (first == left ? right : left).coverage(tile));
    }

    @Override
    public Coverage knownCoverage(Tile tile) {
        return either(left.knownCoverage(tile), right.knownCoverage(tile));
    }

    private static Coverage either(Coverage a, Coverage b) {
        if (a == Coverage.ALL || b == Coverage.NONE) {
            return a;
        }
        return b == Coverage.ALL || a == Coverage.NONE ? b : Coverage.PARTIAL;
    }

    @Override
    public Mask forSequence(String sequence, long queries, long keys) {
        return of(left.forSequence(sequence, queries, keys), right.forSequence(sequence, queries, keys));
    }

    @Override
    public boolean isBeyond(long keys) {
        return left.isBeyond(keys) && right.isBeyond(keys);
    }

    /** Both stay: a mask that does not fit the sequence must be refused also beside one that hides nothing. */
    @Override
    public Mask shifted(long positions) {
        return new OrMask(left.shifted(positions), right.shifted(positions));
    }

    @Override
    public Mask shifted(Map<String, Long> positions) {
        return new OrMask(left.shifted(positions), right.shifted(positions));
    }

    @Override
    public Optional<String> text() {
        return left.text().flatMap(a -> right.text().map(b -> name(a, b)));
    }

    @Override
    public String toString() {
        return name(left.toString(), right.toString());
    }

    /** The right one in brackets if it is one of two itself: what is read goes from left to right. */
    private String name(String leftText, String rightText) {
        return "%s or %s".formatted(leftText, AndMask.bracketed(rightText, right instanceof OrMask));
    }
}
