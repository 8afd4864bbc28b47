package foco.kernels.mask;

import java.util.Optional;

/** The first {@code count} keys are there; what comes after them fills up a batch and is seen by no query. */
record ValidKeysMask(long count) implements KeyBand {

    ValidKeysMask {
        Positions.require("The number of valid keys", count, 0);
    }

    @Override
    public boolean allows(int head, long query, long key) {
        return key < count;
    }

    @Override
    public long from(long query) {
        return 0;
    }

    @Override
    public long to(long query) {
        return count;
    }

    @Override
    public long alikeUntil(long query) {
        return Long.MAX_VALUE;
    }

    @Override
    public Mask forSequence(String sequence, long queries, long keys) {
        if (count > keys) {
            throw new IllegalArgumentException(
                    "%d keys of sequence %s are said to be valid, and it has %d.".formatted(count, sequence, keys));
        }
        return this;
    }

    @Override
    public Mask shifted(long positions) {
        return this;
    }

    @Override
    public Optional<String> text() {
        return Optional.of(toString());
    }

    @Override
    public String toString() {
        return "valid keys(%d)".formatted(count);
    }
}
