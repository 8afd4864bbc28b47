package foco.driver.weights;

import java.io.Serializable;

/** A row of the matrix of scores or weights, as a bean: Spark encodes a bean's {@code float[]} without boxing. */
public final class WeightRow implements Serializable {

    private String sequence;
    private long position;
    private int head;
    private long firstKey;
    private float[] values;

    public String getSequence() {
        return sequence;
    }

    public void setSequence(String sequence) {
        this.sequence = sequence;
    }

    public long getPosition() {
        return position;
    }

    public void setPosition(long position) {
        this.position = position;
    }

    public int getHead() {
        return head;
    }

    public void setHead(int head) {
        this.head = head;
    }

    public long getFirstKey() {
        return firstKey;
    }

    public void setFirstKey(long firstKey) {
        this.firstKey = firstKey;
    }

    public float[] getValues() {
        return values;
    }

    public void setValues(float[] values) {
        this.values = values;
    }
}
