package foco.kernels.dense;

/**
 * {@code x / (1 + exp(-g(x)))} with an odd {@code g}: SiLU, where {@code g(x) = x}, and GELU by tanh, as
 * {@code (1 + tanh y) / 2 = 1 / (1 + exp(-2 y))}. With {@code e = exp(-|g|)}, which cannot overflow, it is
 * {@code (max(x, 0) + min(x, 0) e) / (1 + e)}.
 */
public final class Sigmoid {

    /** {@code log2(e)}. */
    public static final float SILU = 1.4426950408889634f;

    /** {@code 2 sqrt(2 / pi) log2(e)}, and the same times 0.044715. */
    public static final float GELU = 2.302208198144325f;

    public static final float GELU_CUBED = 0.1029432395800235f;

    /** {@code |g|} there is above 127, so that {@code exp(-|g|)} is 0; and its cube is far from overflow. */
    public static final float FARTHEST = 128;

    private Sigmoid() {}

    /** {@code SiLU(x)}, by the same operations in the same order as on vectors. */
    public static float silu(float x) {
        return of(x, SILU, 0);
    }

    /** {@code GELU(x)} by tanh, so, too. */
    public static float gelu(float x) {
        return of(x, GELU, GELU_CUBED);
    }

    private static float of(float x, float linear, float cubed) {
        float t =
                Float.intBitsToFloat(Math.min(Float.floatToRawIntBits(Math.abs(x)), Float.floatToRawIntBits(FARTHEST)));
        float e = Exponential.ofMinus(t * Math.fma(t * t, cubed, linear));
        return (Math.max(x, 0) + Math.min(x, 0) * e) / (1 + e);
    }
}
