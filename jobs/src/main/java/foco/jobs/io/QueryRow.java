package foco.jobs.io;

/** A row of queries, as a bean: Spark encodes a bean's {@code float[]} without boxing, which it does not do for a Row's. */
public final class QueryRow {
    private long sequence;
    private long position;
    private float[] query = {};

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

    public float[] getQuery() {
        return query;
    }

    public void setQuery(float[] query) {
        this.query = query;
    }
}
