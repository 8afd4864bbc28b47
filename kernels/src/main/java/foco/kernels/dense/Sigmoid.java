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

    private Sigmoid() {}

    /** {@code SiLU(x)}, by the same operations in the same order as on vectors. */
    public static float silu(float x) {
        return of(x, Math.abs(x) * SILU);
    }

    /** {@code GELU(x)} by tanh, so, too. */
    public static float gelu(float x) {
        float t = Math.abs(x);
        return of(x, Math.fma(t * t, GELU_CUBED, GELU) * t);
    }

    private static float of(float x, float g) {
        float e = Exponential.ofMinus(g);
        float half = x * 0.5f;
        float size = Math.abs(half);
        return ((half - size) * e + (half + size)) / (1 + e);
    }
}
