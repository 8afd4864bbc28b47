package foco.kernels.mask;

import java.util.Map;
import java.util.Optional;

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
    public boolean givesFewRanges() {
        return left.givesFewRanges() && right.givesFewRanges();
    }

    @Override
    public boolean isAlikeForHeads() {
        return left.isAlikeForHeads() && right.isAlikeForHeads();
    }

    /** Two patterns, whose ranges are both many, are not counted where they meet. */
    @Override
    public boolean isCounted() {
        return isCounted(left, right);
    }

    static boolean isCounted(Mask left, Mask right) {
        return left.isCounted() && right.isCounted() && (left.givesFewRanges() || right.givesFewRanges());
    }

    @Override
    public Mask outer() {
        return of(left.outer(), right.outer());
    }

    @Override
    public long seen(int head, long query, KeyRanges keys) {
        return seen(left, right, head, query, keys);
    }

    /** {@link #seen} of two masks: of the one of few ranges the ranges, and in each of them the count of the other. */
    static long seen(Mask left, Mask right, int head, long query, KeyRanges keys) {
        boolean byRight = right.givesFewRanges() || right.givesRanges() && !left.givesFewRanges();
        Mask few = byRight ? right : left;
        Mask other = few == right ? left : right;
        KeyRanges outer = keys.left();
        few.visible(head, query, outer);
        long seen = 0;
        for (int r = 0; r < outer.count(); r++) {
            seen += other.seen(head, query, keys.right().reset(outer.from(r), outer.to(r)));
        }
        return seen;
    }

    @Override
    public void visible(int head, long query, KeyRanges keys) {
        // What knows its ranges is asked first: the other one, pair by pair perhaps, only within them.
        Mask first = left.givesRanges() ? left : right;
        Mask second = first == left ? right : left;
        KeyRanges outer = keys.left();
        first.visible(head, query, outer);
        for (int r = 0; r < outer.count(); r++) {
            addWithin(outer.from(r), outer.to(r), second, head, query, keys);
        }
    }

    /** Adds to {@code keys} what a mask shows of the keys {@code from .. to - 1}. */
    static void addWithin(long from, long to, Mask mask, int head, long query, KeyRanges keys) {
        KeyRanges inner = keys.right().reset(from, to);
        mask.visible(head, query, inner);
        for (int r = 0; r < inner.count(); r++) {
            keys.add(inner.from(r), inner.to(r));
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
    public long slidesUntil(long query) {
        return Math.min(left.slidesUntil(query), right.slidesUntil(query));
    }

    @Override
    public Mask within(Tile tile) {
        if (left.knownCoverage(tile) == Coverage.ALL) {
            return right.within(tile);
        }
        if (right.knownCoverage(tile) == Coverage.ALL) {
            return left.within(tile);
        }
        return of(left.within(tile), right.within(tile));
    }

    @Override
    public Coverage coverage(Tile tile) {
        Mask first = left.givesRanges() ? left : right;
        Coverage a = first.coverage(tile);
        if (a == Coverage.NONE) {
            return a;
        }
        return both(a, (first == left ? right : left).coverage(tile));
    }

    @Override
    public Coverage knownCoverage(Tile tile) {
        return both(left.knownCoverage(tile), right.knownCoverage(tile));
    }

    private static Coverage both(Coverage a, Coverage b) {
        if (a == Coverage.NONE || b == Coverage.ALL) {
            return a;
        }
        return b == Coverage.NONE || a == Coverage.ALL ? b : Coverage.PARTIAL;
    }

    @Override
    public Mask forSequence(String sequence, long queries, long keys) {
        return of(left.forSequence(sequence, queries, keys), right.forSequence(sequence, queries, keys));
    }

    @Override
    public boolean isBeyond(long keys) {
        return left.isBeyond(keys) || right.isBeyond(keys);
    }

    @Override
    public Mask shifted(long positions) {
        return of(left.shifted(positions), right.shifted(positions));
    }

    @Override
    public Mask shifted(Map<String, Long> positions) {
        return of(left.shifted(positions), right.shifted(positions));
    }

    @Override
    public String toString() {
        return name(left, right);
    }

    static String name(Mask left, Mask right) {
        return name(left, left.toString(), right, right.toString());
    }

    @Override
    public Optional<String> text() {
        return text(left, right);
    }

    static Optional<String> text(Mask left, Mask right) {
        return left.text().flatMap(a -> right.text().map(b -> name(left, a, right, b)));
    }

    /** The right one in brackets if it is one of two itself: what is read goes from left to right. */
    private static String name(Mask left, String leftText, Mask right, String rightText) {
        return "%s and %s"
                .formatted(
                        bracketed(leftText, left instanceof OrMask),
                        bracketed(
                                rightText,
                                right instanceof OrMask || right instanceof AndMask || right instanceof BandAnd));
    }

    static String bracketed(String text, boolean brackets) {
        return brackets ? "(%s)".formatted(text) : text;
    }
}
