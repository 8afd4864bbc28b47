package foco.kernels.dense;

/**
 * The tail of the normal distribution, {@code Q(t) = erfc(t / sqrt 2) / 2} for {@code t} from 0 on: {@code GELU(x)} is
 * {@code max(x, 0) - |x| Q(|x|)}, which keeps its digits where {@code 1 + erf} cancels.
 *
 * <p>{@code Q(t) = 2^-N(t)} with a polynomial {@code N}. The logarithm of {@code erfc} is smooth on the positive axis
 * (Cody, "Rational Chebyshev approximations for the error function", 1969, figures its size; its zeros lie in the left half
 * plane), so one polynomial and one power of two serve everywhere, without a division or a branch. {@code N} is the best of
 * degree 10 with {@code N(0) = 1} for the error of {@code N sqrt(Q)} on 0 .. 9, found by Lawson's iteration from 60-digit
 * values of {@code erfc}. In float32 {@code Q} is within 1e-7, and {@code t Q} within 1e-7; beyond 9 {@code N} keeps rising, and from 14 on
 * {@code Q} is 0, where it truly is below 1e-44.
 */
public final class NormalTail {

    /** {@code N} there is above 127, so that its power of two is 0. */
    public static final float FARTHEST = 16;

    public static final float N1 = 1.1511048078536987f;
    public static final float N2 = 0.45921590924263f;
    public static final float N3 = 0.052454203367233276f;
    public static final float N4 = -0.006961187347769737f;
    public static final float N5 = 6.5678632381604984e-06f;
    public static final float N6 = 0.0002793711901176721f;
    public static final float N7 = -7.726783951511607e-05f;
    public static final float N8 = 1.1261285180808045e-05f;
    public static final float N9 = -9.000112868307042e-07f;
    public static final float N10 = 3.092421962946901e-08f;

    private NormalTail() {}

    /** {@code GELU(x)}, by the same operations in the same order as on vectors. */
    public static float gelu(float x) {
        float t = Math.abs(x);
        return (t * 0.5f + x * 0.5f) - t * of(t);
    }

    private static float of(float t) {
        float near = Float.intBitsToFloat(Math.min(Float.floatToRawIntBits(t), Float.floatToRawIntBits(FARTHEST)));
        float square = near * near;
        float even = Math.fma(N10, square, N8);
        even = Math.fma(even, square, N6);
        even = Math.fma(even, square, N4);
        even = Math.fma(even, square, N2);
        even = Math.fma(even, square, 1);
        float odd = Math.fma(N9, square, N7);
        odd = Math.fma(odd, square, N5);
        odd = Math.fma(odd, square, N3);
        odd = Math.fma(odd, square, N1);
        return Exponential.ofMinus(Math.fma(odd, near, even));
    }
}
