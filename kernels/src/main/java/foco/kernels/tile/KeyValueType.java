package foco.kernels.tile;

import java.util.Arrays;
import java.util.List;

/**
 * The number format in which packed keys and values are kept and sent. Arithmetic is float32 whatever the format; the
 * narrower ones halve the bytes, and round every key and value once, to the nearest, ties to even.
 */
public enum KeyValueType {
    /** As they come. */
    FLOAT32("float32"),
    /** The upper half of a float32: its range, 8 bits of precision, a relative error of up to 2^-9. */
    BFLOAT16("bf16"),
    /** IEEE 754 binary16: magnitudes up to 65504, 11 bits of precision, a relative error of up to 2^-12. */
    FLOAT16("float16");

    private final String code;

    KeyValueType(String code) {
        this.code = code;
    }

    /** The name that options and settings use. */
    @Override
    public String toString() {
        return code;
    }

    /** The names of all types. */
    public static List<String> codes() {
        return Arrays.stream(values()).map(KeyValueType::toString).toList();
    }

    /** @throws IllegalArgumentException naming the legal codes */
    public static KeyValueType of(String code) {
        for (KeyValueType type : values()) {
            if (type.code.equals(code)) {
                return type;
            }
        }
        throw new IllegalArgumentException(
                "Keys and values can be kept as %s, and not as \"%s\".".formatted(String.join(", ", codes()), code));
    }

    /** The bytes of a number. */
    public int bytes() {
        return this == FLOAT32 ? 4 : 2;
    }

    /** The nearest number of this format; infinite beyond its range. */
    public float round(float x) {
        return this == FLOAT32 ? x : widen(narrow(x));
    }

    /** The 16 bits of the nearest number of a narrow format. */
    public short narrow(float x) {
        int bits = Float.floatToRawIntBits(x);
        return (short) (this == BFLOAT16 ? upperHalf(bits) : binary16(bits));
    }

    private static int upperHalf(int bits) {
        return bits + 0x7fff + (bits >>> 16 & 1) >>> 16;
    }

    private static int binary16(int bits) {
        int sign = bits >>> 16 & 0x8000;
        int magnitude = bits & 0x7fffffff;
        if (magnitude >= 0x47800000) { // 2^16, infinity or NaN
            return sign | (magnitude > 0x7f800000 ? 0x7e00 : 0x7c00);
        }
        if (magnitude < 0x38800000) { // below 2^-14: adding 0.5 rounds to the subnormals' multiples of 2^-24
            return sign | Float.floatToRawIntBits(Float.intBitsToFloat(magnitude) + 0.5f) - 0x3f000000;
        }
        return sign | magnitude + 0xfff + (magnitude >>> 13 & 1) - 0x38000000 >>> 13;
    }

    /** The number that 16 bits of a narrow format stand for; exact. */
    public float widen(short bits) {
        return this == BFLOAT16 ? Float.intBitsToFloat(bits << 16) : fromBinary16(bits);
    }

    private static float fromBinary16(short bits) {
        int sign = (bits & 0x8000) << 16;
        int exponent = bits >>> 10 & 0x1f;
        int fraction = bits & 0x3ff;
        if (exponent == 0) {
            return Float.intBitsToFloat(sign | Float.floatToRawIntBits(fraction * 0x1p-24f));
        }
        // 0x1f marks infinity and NaN, which float32 marks with 0xff; all else only moves from bias 15 to bias 127.
        int wide = exponent == 0x1f ? 0xff : exponent - 15 + 127;
        return Float.intBitsToFloat(sign | wide << 23 | fraction << 13);
    }
}
