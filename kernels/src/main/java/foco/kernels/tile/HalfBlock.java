package foco.kernels.tile;

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
        this.keys = narrow(type, block.keys().values());
        this.values = narrow(type, block.values().values());
    }

    private static short[] narrow(KeyValueType type, float[] wide) {
        short[] narrow = new short[wide.length];
        for (int i = 0; i < wide.length; i++) {
            narrow[i] = type.narrow(wide[i]);
        }
        return narrow;
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
