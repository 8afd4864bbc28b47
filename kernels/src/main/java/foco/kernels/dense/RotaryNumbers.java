package foco.kernels.dense;

/** The checks that the scalings of rotary embedding share. */
final class RotaryNumbers {

    private RotaryNumbers() {}

    static void requireFactor(double factor) {
        require(
                factor >= 1 && factor <= Float.MAX_VALUE,
                "The factor of a rotary scaling must be 1 or more, and is %s.",
                factor);
    }

    static void requireLength(long trainedLength) {
        require(
                trainedLength >= 1,
                "The length that a model was trained on must be 1 or more, and is %d.",
                trainedLength);
    }

    static void require(boolean holds, String message, Object... values) {
        if (!holds) {
            throw new IllegalArgumentException(message.formatted(values));
        }
    }
}
