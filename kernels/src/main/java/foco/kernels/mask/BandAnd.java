package foco.kernels.mask;

import java.util.Optional;

/** Where two bands meet, which is a band again. */
record BandAnd(KeyBand left, KeyBand right) implements KeyBand {

    @Override
    public boolean allows(int head, long query, long key) {
        return left.allows(head, query, key) && right.allows(head, query, key);
    }

    @Override
    public long from(long query) {
        return Math.max(left.from(query), right.from(query));
    }

    @Override
    public long to(long query) {
        return Math.min(left.to(query), right.to(query));
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
    public Mask forSequence(String sequence, long queries, long keys) {
        return AndMask.of(left.forSequence(sequence, queries, keys), right.forSequence(sequence, queries, keys));
    }

    @Override
    public boolean isBeyond(long keys) {
        return left.isBeyond(keys) || right.isBeyond(keys);
    }

    @Override
    public Mask shifted(long positions) {
        return AndMask.of(left.shifted(positions), right.shifted(positions));
    }

    @Override
    public Optional<String> text() {
        return AndMask.text(left, right);
    }

    @Override
    public String toString() {
        return AndMask.name(left, right);
    }
}
