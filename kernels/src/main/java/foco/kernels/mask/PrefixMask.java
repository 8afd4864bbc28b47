package foco.kernels.mask;

import java.util.Optional;

/**
 * Prefix-LM, as in Raffel et al., "Exploring the Limits of Transfer Learning" (T5, 2020), section 3.2.1: every query
 * sees the prefix, and beyond it the keys up to its own position.
 */
record PrefixMask(long prefix, long queryOffset) implements KeyBand {

    PrefixMask {
        Positions.require("The length of a prefix", prefix, 1);
        Positions.requireOffset("A prefix mask", queryOffset);
    }

    @Override
    public boolean allows(int head, long query, long key) {
        return key < prefix || key <= queryOffset + query;
    }

    @Override
    public long from(long query) {
        return 0;
    }

    @Override
    public long to(long query) {
        return Math.max(prefix, queryOffset + query + 1);
    }

    @Override
    public long alikeUntil(long query) {
        return Math.max(query + 1, prefix - queryOffset);
    }

    @Override
    public Mask forSequence(String sequence, long queries, long keys) {
        if (prefix > keys) {
            throw new IllegalArgumentException("A prefix of %d goes beyond the %d keys of sequence %s; give at most %d."
                    .formatted(prefix, keys, sequence, keys));
        }
        return this;
    }

    @Override
    public Mask shifted(long positions) {
        return new PrefixMask(prefix, queryOffset + positions);
    }

    @Override
    public Optional<String> text() {
        return Optional.of(toString());
    }

    @Override
    public String toString() {
        return "prefix(%d%s)".formatted(prefix, Positions.suffix(queryOffset));
    }
}
