package foco.kernels.dense;

import java.util.Optional;

/** Rotary embedding as first published. */
enum NoScaling implements RotaryScaling {
    INSTANCE;

    @Override
    public RotaryFrequencies frequencies(int width, double base, long length) {
        return RotaryFrequencies.of(width, base);
    }

    @Override
    public Optional<String> text() {
        return Optional.of(toString());
    }

    @Override
    public String toString() {
        return "none";
    }
}
