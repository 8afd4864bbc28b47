package foco.kernels.dense;

import java.util.Optional;

/** The scaling of Llama 3.1's published code ({@code apply_scaling}), with its constants as parameters. */
record Llama3Scaling(double factor, double lowFrequency, double highFrequency, long trainedLength)
        implements RotaryScaling {

    Llama3Scaling {
        RotaryNumbers.requireFactor(factor);
        RotaryNumbers.requireLength(trainedLength);
        RotaryNumbers.require(
                lowFrequency > 0 && highFrequency > lowFrequency && highFrequency <= Float.MAX_VALUE,
                "The frequency factors of Llama 3's scaling must be above 0, the high one above the low; given %s and %s.",
                lowFrequency,
                highFrequency);
    }

    @Override
    public RotaryFrequencies frequencies(int width, double base, long length) {
        double[] radians = RotaryFrequencies.of(width, base).radians();
        for (int i = 0; i < radians.length; i++) {
            double turns = trainedLength * radians[i] / (2 * Math.PI);
            double kept = Math.max(0, Math.min(1, (turns - lowFrequency) / (highFrequency - lowFrequency)));
            radians[i] *= (1 - kept) / factor + kept;
        }
        return new RotaryFrequencies(radians, 1);
    }

    @Override
    public Optional<String> text() {
        return Optional.of(toString());
    }

    @Override
    public String toString() {
        return "llama3(%s, %s, %s, %d)".formatted(factor, lowFrequency, highFrequency, trainedLength);
    }
}
