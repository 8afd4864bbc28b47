package foco.kernels.dense;

import java.util.Locale;

/**
 * What a feed-forward layer does to each number between its matrices. Errors are measured against float64 over all of
 * float32 ({@code ActivationTest}).
 */
public enum Activation {
    /** {@code x}. */
    NONE,

    /** {@code max(x, 0)}. */
    RELU,

    /** {@code x / (1 + exp(-x))}, also called swish. Error at most 4e-7 of the result, or 1e-38. */
    SILU,

    /**
     * {@code x Phi(x)} with the normal distribution {@code Phi(x) = (1 + erf(x / sqrt 2)) / 2}: Hendrycks and Gimpel,
     * "Gaussian Error Linear Units" (2016). Error at most 2e-7 of {@code |x|} and at most 1e-7 where x is below 0.
     */
    GELU,

    /**
     * The same paper's {@code x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2}, which GPT-2 and Gemma were trained with.
     * Error at most 4e-7 of {@code |x|}.
     */
    GELU_TANH;

    /** The name in small letters. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
