package foco.kernels.dense;

import java.util.Optional;

/** YaRN of Peng et al., "Efficient Context Window Extension of Large Language Models" (2023), section 3. */
record YarnScaling(double factor, long trainedLength, double betaFast, double betaSlow, double attentionFactor)
        implements RotaryScaling {

    YarnScaling {
        RotaryNumbers.requireFactor(factor);
        RotaryNumbers.requireLength(trainedLength);
        RotaryNumbers.require(
                betaSlow > 0 && betaFast >= betaSlow && betaFast <= Float.MAX_VALUE,
                "YaRN's betas must be above 0, the fast one not below the slow one; given %s and %s.",
                betaFast,
                betaSlow);
        RotaryNumbers.require(
                attentionFactor > 0 && attentionFactor <= Float.MAX_VALUE,
                "YaRN's attention factor must be above 0, and is %s.",
                attentionFactor);
    }

    /** The paper's recommendation, its equation 22: the square root of the factor on the scores. */
    static double attentionFactor(double factor) {
        return 0.1 * StrictMath.log(factor) + 1;
    }

    @Override
    public RotaryFrequencies frequencies(int width, double base, long length) {
        double[] radians = RotaryFrequencies.of(width, base).radians();
        double low = Math.max(Math.floor(pairTurning(betaFast, width, base)), 0);
        double high = Math.min(Math.ceil(pairTurning(betaSlow, width, base)), width - 1);
        // As in the authors' code, where a ramp of no length would divide by 0.
        high = high == low ? high + 0.001 : high;
        for (int i = 0; i < radians.length; i++) {
            double interpolated = Math.max(0, Math.min(1, (i - low) / (high - low)));
            radians[i] *= interpolated / factor + 1 - interpolated;
        }
        return new RotaryFrequencies(radians, attentionFactor);
    }

    /** The index, as a real number, of the pair that turns {@code turns} times over the trained length. */
    private double pairTurning(double turns, int width, double base) {
        return width * StrictMath.log(trainedLength / (turns * 2 * Math.PI)) / (2 * StrictMath.log(base));
    }

    @Override
    public Optional<String> text() {
        return Optional.of(toString());
    }

    @Override
    public String toString() {
        return "yarn(%s, %d, %s, %s, %s)".formatted(factor, trainedLength, betaFast, betaSlow, attentionFactor);
    }
}
