package foco.driver.result;

import java.io.Serializable;

/** One row of a result as Spark's bean encoder writes it. */
public final class ResultRow implements Serializable {

    private final String sequence;
    private final long position;
    private final float[] output;
    private final float[] lse;

    public ResultRow(String sequence, long position, float[] output, float[] lse) {
        this.sequence = sequence;
        this.position = position;
        this.output = output;
        this.lse = lse;
    }

    public String getSequence() {
        return sequence;
    }

    public long getPosition() {
        return position;
    }

    public float[] getOutput() {
        return output;
    }

    public float[] getLse() {
        return lse;
    }
}
