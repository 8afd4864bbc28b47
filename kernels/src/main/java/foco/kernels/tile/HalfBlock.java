package foco.kernels.tile;

import java.io.Serializable;

/** A {@link KeyValueBlock} whose numbers take two bytes each; it is widened anew for every sweep of a query block. */
public final class HalfBlock implements StoredBlock {

    private final KeyValueType type;
    private final long firstKey;
    private final int count;
    private final int keyWidth;
    private final int valueWidth;
    private final float maxKeyNorm;
    private final float maxValue;
    private final short[] keys;
    private final short[] values;

    /**
     * Narrows a block.
     *
     * @param type a format of two bytes, to which the block's numbers were rounded before, so that nothing is lost
     */
    public HalfBlock(KeyValueType type, KeyValueBlock block) {
        this.type = type;
        this.firstKey = block.firstKey();
        this.count = block.count();
        this.keyWidth = block.keyWidth();
        this.valueWidth = block.valueWidth();
        this.maxKeyNorm = block.maxKeyNorm();
        this.maxValue = block.maxValue();
        this.keys = HalfFloats.narrow(type, block.keys().values());
        this.values = HalfFloats.narrow(type, block.values().values());
    }

    private HalfBlock(
            KeyValueType type,
            long firstKey,
            int count,
            int keyWidth,
            int valueWidth,
            float maxKeyNorm,
            float maxValue,
            short[] keys,
            short[] values) {
        this.type = type;
        this.firstKey = firstKey;
        this.count = count;
        this.keyWidth = keyWidth;
        this.valueWidth = valueWidth;
        this.maxKeyNorm = maxKeyNorm;
        this.maxValue = maxValue;
        this.keys = keys;
        this.values = values;
    }

    private Object writeReplace() {
        return new Form(
                type,
                firstKey,
                count,
                keyWidth,
                valueWidth,
                maxKeyNorm,
                maxValue,
                Floats.bytes(keys),
                Floats.bytes(values));
    }

    /** How a block is written. */
    private record Form(
            KeyValueType type,
            long firstKey,
            int count,
            int keyWidth,
            int valueWidth,
            float maxKeyNorm,
            float maxValue,
            byte[] keys,
            byte[] values)
            implements Serializable {

        private Object readResolve() {
            return new HalfBlock(
                    type,
                    firstKey,
                    count,
                    keyWidth,
                    valueWidth,
                    maxKeyNorm,
                    maxValue,
                    Floats.shorts(keys),
                    Floats.shorts(values));
        }
    }

    @Override
    public KeyValueBlock floats() {
        return new KeyValueBlock(
                firstKey,
                Panels.of(keyWidth, count, widen(keys)),
                Panels.of(count, valueWidth, widen(values)),
                maxKeyNorm,
                maxValue);
    }

    private float[] widen(short[] narrow) {
        float[] wide = new float[narrow.length];
        for (int i = 0; i < narrow.length; i++) {
            wide[i] = type.widen(narrow[i]);
        }
        return wide;
    }

    @Override
    public long bytes() {
        return 2L * (keys.length + values.length);
    }

    @Override
    public long widenedBytes() {
        return 2 * bytes();
    }
}
