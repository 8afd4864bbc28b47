package foco.jobs.io;

/** A row of keys and values, as a bean for the same reason as {@link QueryRow}. */
public final class KeyValueRow {
    private long sequence;
    private long position;
    private float[] key = {};
    private float[] value = {};

    public long getSequence() {
        return sequence;
    }

    public void setSequence(long sequence) {
        this.sequence = sequence;
    }

    public long getPosition() {
        return position;
    }

    public void setPosition(long position) {
        this.position = position;
    }

    public float[] getKey() {
        return key;
    }

    public void setKey(float[] key) {
        this.key = key;
    }

    public float[] getValue() {
        return value;
    }

    public void setValue(float[] value) {
        this.value = value;
    }
}
