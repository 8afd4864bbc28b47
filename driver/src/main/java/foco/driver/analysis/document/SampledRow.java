package foco.driver.analysis.document;

import java.io.Serializable;

/** All weights of a sampled query in one head, as a row of a table; a bean, for Spark's encoders. */
public final class SampledRow implements Serializable {

    private int layer;
    private int head;
    private int position;
    private float[] weights = new float[0];

    public int getLayer() {
        return layer;
    }

    public void setLayer(int layer) {
        this.layer = layer;
    }

    public int getHead() {
        return head;
    }

    public void setHead(int head) {
        this.head = head;
    }

    public int getPosition() {
        return position;
    }

    public void setPosition(int position) {
        this.position = position;
    }

    public float[] getWeights() {
        return weights;
    }

    public void setWeights(float[] weights) {
        this.weights = weights;
    }

    /** By layers, then by heads. */
    static int compare(SampledRow a, SampledRow b) {
        return a.layer != b.layer ? Integer.compare(a.layer, b.layer) : Integer.compare(a.head, b.head);
    }
}
