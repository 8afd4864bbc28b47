package foco.kernels.dense;

import java.io.Serializable;
import java.util.Optional;

/**
 * How a model's rotary embedding is stretched over sequences longer than those it was first trained on. Those of the
 * field are below, each with the name that model files give it in {@code rope_scaling}; any other is a function.
 */
@FunctionalInterface
public interface RotaryScaling extends Serializable {

    /**
     * The frequencies to turn by.
     *
     * @param width the elements of a head that turn, an even number
     * @param base the base of the frequencies, usually 10,000
     * @param length the positions of the sequence, its past included
     */
    RotaryFrequencies frequencies(int width, double base, long length);

    /** The text of the scaling, which {@code foco.kernels.text.SpecText} reads; empty for a function of a program. */
    default Optional<String> text() {
        return Optional.empty();
    }

    /** None: RoFormer's own frequencies. */
    static RotaryScaling none() {
        return NoScaling.INSTANCE;
    }

    /** "linear", position interpolation: every position is divided by {@code factor}. Chen et al. (2023), 2306.15595. */
    static RotaryScaling linear(double factor) {
        return new LinearScaling(factor);
    }

    /**
     * "dynamic", NTK-aware: the base grows with a sequence that is longer than {@code trainedLength}. bloc97 and emozilla
     * (2023), as in Hugging Face's transformers.
     */
    static RotaryScaling dynamicNtk(double factor, long trainedLength) {
        return new DynamicNtkScaling(factor, trainedLength);
    }

    /** "yarn" with the constants of its paper: {@link #yarn(double, long, double, double, double)}. */
    static RotaryScaling yarn(double factor, long trainedLength) {
        return yarn(factor, trainedLength, 32, 1, YarnScaling.attentionFactor(factor));
    }

    /**
     * "yarn": slow pairs are interpolated, fast ones are left alone, and cosines and sines are multiplied by an attention
     * factor. Peng et al. (2023), 2309.00071.
     *
     * @param betaFast a pair that turns more often than this over {@code trainedLength} is left alone; 32
     * @param betaSlow one that turns less often than this is interpolated; 1
     * @param attentionFactor {@code 0.1 ln(factor) + 1} unless the model says otherwise
     */
    static RotaryScaling yarn(
            double factor, long trainedLength, double betaFast, double betaSlow, double attentionFactor) {
        return new YarnScaling(factor, trainedLength, betaFast, betaSlow, attentionFactor);
    }

    /**
     * "llama3": pairs whose wavelength is above {@code trainedLength / lowFrequency} are interpolated, those below
     * {@code trainedLength / highFrequency} are left alone, and those between are blended. As in Llama 3.1's own code.
     */
    static RotaryScaling llama3(double factor, double lowFrequency, double highFrequency, long trainedLength) {
        return new Llama3Scaling(factor, lowFrequency, highFrequency, trainedLength);
    }
}
