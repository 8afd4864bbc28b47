package foco.kernels.dense;

import java.util.Optional;

/**
 * Dynamic NTK-aware scaling, by the formula of Hugging Face's transformers
 * ({@code _compute_dynamic_ntk_parameters}): beyond the trained length {@code L}, a sequence of length {@code n} has the
 * base {@code base (factor n / L - factor + 1)^(width / (width - 2))}.
 */
record DynamicNtkScaling(double factor, long trainedLength) implements RotaryScaling {

    DynamicNtkScaling {
        RotaryNumbers.requireFactor(factor);
        RotaryNumbers.requireLength(trainedLength);
    }

    @Override
    public RotaryFrequencies frequencies(int width, double base, long length) {
        RotaryNumbers.require(
                width > 2, "Dynamic NTK scaling is not defined for a rotary width of %d; it must be above 2.", width);
        double stretch = factor * Math.max(length, trainedLength) / trainedLength - (factor - 1);
        return RotaryFrequencies.of(width, base * StrictMath.pow(stretch, width / (width - 2.0)));
    }

    @Override
    public Optional<String> text() {
        return Optional.of(toString());
    }

    @Override
    public String toString() {
        return "dynamic(%s, %d)".formatted(factor, trainedLength);
    }
}
