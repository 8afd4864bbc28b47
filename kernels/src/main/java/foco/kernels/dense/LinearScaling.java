package foco.kernels.dense;

import java.util.Optional;

/** Position interpolation of Chen et al., "Extending Context Window of Large Language Models" (2023). */
record LinearScaling(double factor) implements RotaryScaling {

    LinearScaling {
        RotaryNumbers.requireFactor(factor);
    }

    @Override
    public RotaryFrequencies frequencies(int width, double base, long length) {
        RotaryFrequencies plain = RotaryFrequencies.of(width, base);
        for (int i = 0; i < plain.radians().length; i++) {
            plain.radians()[i] /= factor;
        }
        return plain;
    }

    @Override
    public Optional<String> text() {
        return Optional.of(toString());
    }

    @Override
    public String toString() {
        return "linear(%s)".formatted(factor);
    }
}
