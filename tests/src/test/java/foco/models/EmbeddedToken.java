package foco.models;

/** A token's place in the sequence and its vector, as a bean: Spark encodes a bean's {@code float[]} without boxing. */
public final class EmbeddedToken {
    private long position;
    private float[] embedding = {};

    public long getPosition() {
        return position;
    }

    public void setPosition(long position) {
        this.position = position;
    }

    public float[] getEmbedding() {
        return embedding;
    }

    public void setEmbedding(float[] embedding) {
        this.embedding = embedding;
    }
}
