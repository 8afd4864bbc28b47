package foco.kernels.tile;

/**
 * Consecutive keys and values of one key/value head, packed once where they are produced and read by every query: the
 * keys transposed, {@code [keyWidth, keys]}, the values as they are, {@code [keys, valueWidth]}, both in
 * {@link Panels}. With them go two bounds that a kernel uses to leave work out: the largest norm of a key and the
 * largest magnitude in a value.
 */
public final class KeyValueBlock implements StoredBlock {

    private final long firstKey;
    private final Panels keys;
    private final Panels values;
    private final float maxKeyNorm;
    private final float maxValue;

    KeyValueBlock(long firstKey, Panels keys, Panels values, float maxKeyNorm, float maxValue) {
        this.firstKey = firstKey;
        this.keys = keys;
        this.values = values;
        this.maxKeyNorm = maxKeyNorm;
        this.maxValue = maxValue;
    }

    /**
     * Packs {@code count} keys and values.
     *
     * @param firstKey the position of the first key in its sequence
     * @param keys key {@code j} starts at {@code keyOffset + j * keyStride} and has {@code keyWidth} elements
     * @param values value {@code j} starts at {@code valueOffset + j * valueStride} and has {@code valueWidth} elements
     */
    public static KeyValueBlock pack(
            long firstKey,
            int count,
            float[] keys,
            int keyOffset,
            int keyStride,
            int keyWidth,
            float[] values,
            int valueOffset,
            int valueStride,
            int valueWidth) {
        Panels packedKeys = Panels.packTransposed(keys, keyOffset, keyStride, keyWidth, count);
        Panels packedValues = Panels.pack(values, valueOffset, valueStride, count, valueWidth);
        return new KeyValueBlock(
                firstKey,
                packedKeys,
                packedValues,
                largest(Norms.ofColumns(packedKeys)),
                largest(packedValues.values()));
    }

    /** The largest magnitude. Those of floats are in the order of their bits, NaN last, and integers have a maximum on vectors. */
    private static float largest(float[] values) {
        int largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Float.floatToRawIntBits(value) & Integer.MAX_VALUE);
        }
        return Float.intBitsToFloat(largest);
    }

    /** The position of the first key in its sequence. */
    public long firstKey() {
        return firstKey;
    }

    /** The number of keys. */
    public int count() {
        return keys.columns();
    }

    public int keyWidth() {
        return keys.rows();
    }

    public int valueWidth() {
        return values.columns();
    }

    /** The keys, {@code [keyWidth, count]}. */
    public Panels keys() {
        return keys;
    }

    /** The values, {@code [count, valueWidth]}. */
    public Panels values() {
        return values;
    }

    /** No key of the block has a Euclidean norm above this. */
    public float maxKeyNorm() {
        return maxKeyNorm;
    }

    /** No element of a value of the block is larger in magnitude. */
    public float maxValue() {
        return maxValue;
    }

    @Override
    public KeyValueBlock floats() {
        return this;
    }

    @Override
    public long bytes() {
        return 4L * (keys.values().length + values.values().length);
    }

    @Override
    public long widenedBytes() {
        return 0;
    }
}
