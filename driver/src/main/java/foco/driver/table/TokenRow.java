package foco.driver.table;

import java.io.Serializable;

/** One row of an input table as Spark's bean encoder reads it: primitive arrays come and go without boxing. */
public final class TokenRow implements Serializable {

    private String sequence;
    private long position;
    private long rotary;
    private float[] first;
    private float[] second;
    private float[] third;

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

    /** The position by which rotary embedding turns the row's vectors. */
    public long getRotary() {
        return rotary;
    }

    public void setRotary(long rotary) {
        this.rotary = rotary;
    }

    public float[] getFirst() {
        return first;
    }

    public void setFirst(float[] first) {
        this.first = first;
    }

    public float[] getSecond() {
        return second;
    }

    public void setSecond(float[] second) {
        this.second = second;
    }

    public float[] getThird() {
        return third;
    }

    public void setThird(float[] third) {
        this.third = third;
    }

    /** Vector {@code i} of 0 to 2, or null where the row has none. */
    float[] vector(int i) {
        return i == 0 ? first : i == 1 ? second : third;
    }

    /** Sets vector {@code i}. */
    public void set(int i, float[] vector) {
        switch (i) {
            case 0 -> first = vector;
            case 1 -> second = vector;
            case 2 -> third = vector;
            default -> throw new IndexOutOfBoundsException(i);
        }
    }
}
