package foco.kernels.dense;

/**
 * {@code 2^-x} in float32 for {@code x} from 0 on, as every routine of this module computes it: rounded to an integer by
 * adding {@link #ROUND}, a polynomial for the rest, and the integer shifted into the exponent. From 126.5 on it is 0.
 */
public final class Exponential {

    /**
     * Adding this rounds a float32 to an integer, and leaves that integer plus the exponent's bias in the low bits: the
     * float32 that is 2 to that power is then one shift away.
     */
    public static final float ROUND = 0x1.8p23f + 127;

    /** What is farther is 0, too. */
    public static final float FARTHEST = 127;

    /** The bits of a float32 below its exponent. */
    public static final int MANTISSA_BITS = 23;

    // 2^f on -1/2 .. 1/2 as 1 + C1 f + C2 f^2 + ...: the best of its degree for the relative error, 9e-8, by Lawson's
    // iteration; 1.8e-7 in float32 arithmetic, and exactly 1 at 0. Summed in pairs, which takes half the steps of
    // Horner's rule, one after another, and fewer instructions, as a multiply-add overwrites what it adds to.
    public static final float C1 = 0.6931470036506653f;
    public static final float C2 = 0.24022242426872253f;
    public static final float C3 = 0.05550733581185341f;
    public static final float C4 = 0.009671512991189957f;
    public static final float C5 = 0.001326472731307149f;

    private Exponential() {}

    /** {@code 2^-x}, by the same operations in the same order as on vectors. */
    public static float ofMinus(float x) {
        float below = Float.intBitsToFloat(Math.min(Float.floatToRawIntBits(x), Float.floatToRawIntBits(FARTHEST)));
        float rounded = ROUND - below;
        float f = (ROUND - rounded) - below;
        float power = Float.intBitsToFloat(Float.floatToRawIntBits(rounded) << MANTISSA_BITS);
        float square = f * f;
        float tail = Math.fma(Math.fma(C5, f, C4), square, Math.fma(C3, f, C2));
        return Math.fma(tail, square, Math.fma(C1, f, 1)) * power;
    }
}
