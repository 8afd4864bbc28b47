package foco.kernels;

import foco.kernels.mask.Mask;
import foco.kernels.score.ScoreModifier;
import foco.kernels.score.ScoreStage;
import foco.kernels.score.SoftCap;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What attention to compute: {@code softmax(scale * Q K^T + mask) V} in several heads, as in Vaswani et al., "Attention
 * Is All You Need" (2017), with grouped key/value heads as in Ainslie et al., "GQA" (2023). Scores are scaled, then
 * modified, then masked, then weighed by the softmax; {@link #score} says it for one pair.
 *
 * @param heads the number of query heads, and of output heads
 * @param keyValueHeads the number of key and value heads; divides {@code heads}. Query head {@code h} reads key/value
 *     head {@code h / (heads / keyValueHeads)}
 * @param keyWidth the width of a query and of a key in one head, 1 to {@value #MAX_WIDTH}
 * @param valueWidth the width of a value, and so of the output, in one head, 1 to {@value #MAX_WIDTH}
 * @param scale what every dot product is multiplied by; finite and above 0, usually {@code 1 / sqrt(keyWidth)}
 * @param scores what becomes of the scaled scores, in order
 * @param sinks a learned logit for each head that takes its share of the softmax and gives no value, as in OpenAI's
 *     gpt-oss (2025), after Xiao et al., "Efficient Streaming Language Models with Attention Sinks" (2024); or none
 * @param mask which keys a query sees
 */
public record AttentionSpec(
        int heads,
        int keyValueHeads,
        int keyWidth,
        int valueWidth,
        double scale,
        List<ScoreModifier> scores,
        List<Float> sinks,
        Mask mask)
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
        scores = List.copyOf(scores);
        for (ScoreModifier modifier : scores) {
            modifier.checkHeads(heads);
        }
        sinks = List.copyOf(sinks);
        require(
                sinks.isEmpty() || sinks.size() == heads,
                "There must be a sink for each of the %d heads or none at all, and there are %d.",
                heads,
                sinks.size());
        require(sinks.stream().allMatch(Float::isFinite), "Sinks must be finite, and are %s.", sinks);
        Objects.requireNonNull(mask, "mask");
    }

    /**
     * Multi-head attention with one key/value head a head, values as wide as keys, scale {@code 1 / sqrt(keyWidth)} and
     * no mask.
     */
    public static AttentionSpec of(int heads, int keyWidth) {
        requireWidth("key", keyWidth);
        return new AttentionSpec(
                heads, heads, keyWidth, keyWidth, 1 / Math.sqrt(keyWidth), List.of(), List.of(), Mask.full());
    }

    public AttentionSpec withKeyValueHeads(int keyValueHeads) {
        return new AttentionSpec(heads, keyValueHeads, keyWidth, valueWidth, scale, scores, sinks, mask);
    }

    public AttentionSpec withValueWidth(int valueWidth) {
        return new AttentionSpec(heads, keyValueHeads, keyWidth, valueWidth, scale, scores, sinks, mask);
    }

    public AttentionSpec withScale(double scale) {
        return new AttentionSpec(heads, keyValueHeads, keyWidth, valueWidth, scale, scores, sinks, mask);
    }

    public AttentionSpec withScores(ScoreModifier... scores) {
        return withScores(List.of(scores));
    }

    public AttentionSpec withScores(List<ScoreModifier> scores) {
        return new AttentionSpec(heads, keyValueHeads, keyWidth, valueWidth, scale, scores, sinks, mask);
    }

    public AttentionSpec withSinks(float... sinks) {
        List<Float> all = new ArrayList<>();
        for (float sink : sinks) {
            all.add(sink);
        }
        return new AttentionSpec(heads, keyValueHeads, keyWidth, valueWidth, scale, scores, all, mask);
    }

    public AttentionSpec withMask(Mask mask) {
        return new AttentionSpec(heads, keyValueHeads, keyWidth, valueWidth, scale, scores, sinks, mask);
    }

    /**
     * What to compute for one sequence: the same, with the sequence's own {@link Mask#forSequence mask} and
     * {@link ScoreModifier#forSequence scores}.
     *
     * @throws IllegalArgumentException if they do not fit a sequence of so many queries and keys
     */
    public AttentionSpec forSequence(String sequence, long queries, long keys) {
        Mask own = mask.forSequence(sequence, queries, keys);
        require(
                !own.isBeyond(keys),
                "The mask %s hides all %d keys of sequence %s from all %d queries, which stand too far behind them;"
                        + " change the query offset.",
                own,
                keys,
                sequence,
                queries);
        List<ScoreModifier> modifiers = scores.stream()
                .map(modifier -> modifier.forSequence(sequence, queries, keys))
                .toList();
        return own.equals(mask) && modifiers.equals(scores)
                ? this
                : withScores(modifiers).withMask(own);
    }

    /**
     * The same for queries that stand so many positions further on: {@link Mask#shifted} and
     * {@link ScoreModifier#shifted}.
     */
    public AttentionSpec shifted(long positions) {
        return withScores(scores.stream().map(score -> score.shifted(positions)).toList())
                .withMask(mask.shifted(positions));
    }

    /**
     * The same heads, widths and scale with no mask, modifiers or sinks, which may be large: for what handles rows of
     * queries, keys, values and outputs, and no scores.
     */
    public AttentionSpec shapes() {
        return new AttentionSpec(heads, keyValueHeads, keyWidth, valueWidth, scale, List.of(), List.of(), Mask.full());
    }

    /**
     * The score of a pair as the softmax takes it: scaled, modified, masked. It is the definition, in float64, that
     * kernels compute a tile at a time.
     *
     * @param product the dot product of query and key
     * @return in natural units; -infinity where the query does not see the key
     */
    public double score(int head, long query, long key, double product) {
        double score = mask.allows(head, query, key) ? scale * product : Double.NEGATIVE_INFINITY;
        for (ScoreModifier modifier : scores) {
            if (score == Double.NEGATIVE_INFINITY) {
                return score;
            }
            score = modifier.apply(score, head, query, key);
        }
        return score;
    }

    /**
     * The score of a pair at a stage before the softmax.
     *
     * @param product the dot product of query and key
     */
    public double score(ScoreStage stage, int head, long query, long key, double product) {
        return switch (stage) {
            case SCALED -> scale * product;
            case CAPPED -> capped(head, query, key, scale * product);
            case MASKED -> score(head, query, key, product);
            case WEIGHT -> throw new IllegalArgumentException("A weight is that of a whole row of scores.");
        };
    }

    private double capped(int head, long query, long key, double scaled) {
        int caps = scores.size();
        while (caps > 0 && !(scores.get(caps - 1) instanceof SoftCap)) {
            caps--;
        }
        double score = scaled;
        for (ScoreModifier modifier : scores.subList(0, caps)) {
            score = modifier.apply(score, head, query, key);
        }
        return score;
    }

    /** The sink's logit of a head, in natural units; -infinity where there is none. */
    public double sink(int head) {
        return sinks.isEmpty() ? Double.NEGATIVE_INFINITY : sinks.get(head);
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
