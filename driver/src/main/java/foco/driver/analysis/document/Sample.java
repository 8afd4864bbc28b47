package foco.driver.analysis.document;

import java.util.stream.LongStream;

/**
 * The queries whose whole rows are looked at: evenly spread over the text.
 *
 * @param stride from one to the next
 * @param first the first of them
 * @param count how many
 */
public record Sample(long stride, long first, int count) {

    /** The bytes that all rows of a sample may take, for all layers and heads together. */
    static final long MOST_BYTES = 512L << 20;

    /** No sample is larger: the standard error falls with its root. */
    static final int MOST = 64;

    /**
     * @param tokens of the text
     * @param heads of all layers together
     */
    public static Sample of(long tokens, long heads) {
        long fit = MOST_BYTES / Math.max(1, Float.BYTES * tokens * heads);
        int count = (int) Math.max(1, Math.min(Math.min(MOST, tokens), fit));
        long stride = tokens / count;
        return new Sample(stride, stride / 2, count);
    }

    /** Their positions, ascending. */
    public long[] positions() {
        return LongStream.range(0, count).map(i -> first + i * stride).toArray();
    }
}
