package foco.kernels.tile;

import java.util.Optional;

/** Numbers that two bytes hold exactly. */
public final class HalfFloats {

    private HalfFloats() {}

    /** The format of two bytes that holds all of these finite numbers exactly, if there is one. */
    public static Optional<KeyValueType> exact(float[] values) {
        if (areExact(KeyValueType.BFLOAT16, values)) {
            return Optional.of(KeyValueType.BFLOAT16);
        }
        return areExact(KeyValueType.FLOAT16, values) ? Optional.of(KeyValueType.FLOAT16) : Optional.empty();
    }

    private static boolean areExact(KeyValueType type, float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)
                    || Float.floatToRawIntBits(type.round(value)) != Float.floatToRawIntBits(value)) {
                return false;
            }
        }
        return true;
    }

    /** Each number in two bytes. */
    public static short[] narrow(KeyValueType type, float[] values) {
        short[] narrow = new short[values.length];
        for (int i = 0; i < narrow.length; i++) {
            narrow[i] = type.narrow(values[i]);
        }
        return narrow;
    }
}
