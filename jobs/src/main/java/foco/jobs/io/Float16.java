package foco.jobs.io;

/** IEEE 754 binary16 to float32; exact, since every binary16 number is a float32 number. JDK 20 has it, 17 does not. */
final class Float16 {
    private static final int SIGN = 0x8000;
    private static final int EXPONENT = 0x7c00;
    private static final int FRACTION = 0x03ff;
    private static final int FRACTION_BITS = 10;
    private static final float SMALLEST_SUBNORMAL = 0x1p-24f;

    private Float16() {}

    static float toFloat(short bits) {
        int sign = (bits & SIGN) << 16;
        int exponent = (bits & EXPONENT) >>> FRACTION_BITS;
        int fraction = bits & FRACTION;
        if (exponent == 0) {
            float magnitude = fraction * SMALLEST_SUBNORMAL;
            return Float.intBitsToFloat(sign | Float.floatToRawIntBits(magnitude));
        }
        // 0x1f marks infinity and NaN, which float32 marks with 0xff; all else only moves from bias 15 to bias 127.
        int wide = exponent == 0x1f ? 0xff : exponent - 15 + 127;
        return Float.intBitsToFloat(sign | wide << 23 | fraction << 23 - FRACTION_BITS);
    }
}
