package foco.kernels;

import foco.kernels.mask.Mask;
import java.io.Serializable;
import java.util.Objects;

/**
 * What attention to compute: {@code softmax(scale * Q K^T + mask) V} in several heads, as in Vaswani et al., "Attention
 * Is All You Need" (2017), with grouped key/value heads as in Ainslie et al., "GQA" (2023).
 *
 * @param heads the number of query heads, and of output heads
 * @param keyValueHeads the number of key and value heads; divides {@code heads}. Query head {@code h} reads key/value
 *     head {@code h / (heads / keyValueHeads)}
 * @param keyWidth the width of a query and of a key in one head, 1 to {@value #MAX_WIDTH}
 * @param valueWidth the width of a value, and so of the output, in one head, 1 to {@value #MAX_WIDTH}
 * @param scale what every dot product is multiplied by; finite and above 0, usually {@code 1 / sqrt(keyWidth)}
 * @param mask which keys a query sees
 */
public record AttentionSpec(int heads, int keyValueHeads, int keyWidth, int valueWidth, double scale, Mask mask)
        implements Serializable {

    /** The widest head that a kernel takes. */
    public static final int MAX_WIDTH = 512;

    /** @throws IllegalArgumentException naming the value that is out of range and what would be legal */
    public AttentionSpec {
        require(heads >= 1, "The number of heads must be 1 or more, and is %d.", heads);
        require(
                keyValueHeads >= 1 && heads % keyValueHeads == 0,
                "The key/value heads must divide the %d heads, and are %d.",
                heads,
                keyValueHeads);
        requireWidth("key", keyWidth);
        requireWidth("value", valueWidth);
        require(
                scale > 0 && scale <= Float.MAX_VALUE,
                "The scale must be a finite number above 0, and is %s.",
                Double.toString(scale));
        Objects.requireNonNull(mask, "mask");
    }

    /**
     * Multi-head attention with one key/value head a head, values as wide as keys, scale {@code 1 / sqrt(keyWidth)} and
     * no mask.
     */
    public static AttentionSpec of(int heads, int keyWidth) {
        requireWidth("key", keyWidth);
        return new AttentionSpec(heads, heads, keyWidth, keyWidth, 1 / Math.sqrt(keyWidth), Mask.full());
    }

    public AttentionSpec withKeyValueHeads(int keyValueHeads) {
        return new AttentionSpec(heads, keyValueHeads, keyWidth, valueWidth, scale, mask);
    }

    public AttentionSpec withValueWidth(int valueWidth) {
        return new AttentionSpec(heads, keyValueHeads, keyWidth, valueWidth, scale, mask);
    }

    public AttentionSpec withScale(double scale) {
        return new AttentionSpec(heads, keyValueHeads, keyWidth, valueWidth, scale, mask);
    }

    public AttentionSpec withMask(Mask mask) {
        return new AttentionSpec(heads, keyValueHeads, keyWidth, valueWidth, scale, mask);
    }

    /**
     * What to compute for one sequence: the same, with the sequence's own {@link Mask#forSequence mask}.
     *
     * @throws IllegalArgumentException if the mask does not fit a sequence of so many queries and keys
     */
    public AttentionSpec forSequence(String sequence, long queries, long keys) {
        Mask own = mask.forSequence(sequence, queries, keys);
        return own.equals(mask) ? this : withMask(own);
    }

    /** How many query heads share one key/value head. */
    public int groupSize() {
        return heads / keyValueHeads;
    }

    /** The key/value head that query head {@code head} reads. */
    public int keyValueHead(int head) {
        return head / groupSize();
    }

    /** The width of a query row over all heads: {@code heads * keyWidth}. */
    public int queryRowWidth() {
        return heads * keyWidth;
    }

    /** The width of a key row over all key/value heads: {@code keyValueHeads * keyWidth}. */
    public int keyRowWidth() {
        return keyValueHeads * keyWidth;
    }

    /** The width of a value row over all key/value heads: {@code keyValueHeads * valueWidth}. */
    public int valueRowWidth() {
        return keyValueHeads * valueWidth;
    }

    /** The width of an output row, the heads side by side: {@code heads * valueWidth}. */
    public int outputRowWidth() {
        return heads * valueWidth;
    }

    private static void requireWidth(String what, int width) {
        require(
                width >= 1 && width <= MAX_WIDTH,
                "The " + what + " width of a head must lie in 1 to " + MAX_WIDTH + ", and is %d.",
                width);
    }

    private static void require(boolean holds, String message, Object... values) {
        if (!holds) {
            throw new IllegalArgumentException(message.formatted(values));
        }
    }
}
