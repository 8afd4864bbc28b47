package foco.kernels.mask;

import java.util.Optional;

/** Every query sees every key. */
enum FullMask implements KeyBand {
    INSTANCE;

    @Override
    public boolean allows(int head, long query, long key) {
        return true;
    }

    @Override
    public long from(long query) {
        return 0;
    }

    @Override
    public long to(long query) {
        return Long.MAX_VALUE;
    }

    @Override
    public long alikeUntil(long query) {
        return Long.MAX_VALUE;
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
        return "full";
    }
}
