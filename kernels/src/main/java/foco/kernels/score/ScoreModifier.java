package foco.kernels.score;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What becomes of a score between its scaling and the mask: a soft cap, a bias, or any other function of the score and of
 * where it stands. Of several, each is asked about what the one before it gave.
 *
 * <p>{@link #apply} is the definition, and all that a modifier has to have: a lambda will do,
 *
 * <pre>{@code
 * ScoreModifier farther = (score, head, query, key) -> score - 0.1 * Math.sqrt(Math.abs(query - key));
 * }</pre>
 *
 * <p>A kernel asks it score by score, for the visible pairs only, in float64. A simple one takes about 3 ns a pair, three
 * times what the pair itself takes at a width of 64. The kinds below know better and are computed a vector
 * at a time: {@link #softCap}, whatever is a {@link DistanceBias}, and {@link #bias}.
 *
 * <p>Scores are those of the softmax's natural exponential. Positions are those of the query and of the key in their own
 * sequences, counted from 0; after a past of keys, that of a query is its place among all of them. An implementation is immutable. If the machines of a cluster
 * differ, let it call {@link StrictMath}: {@code Math.exp} and its like may give other last bits elsewhere.
 */
@FunctionalInterface
public interface ScoreModifier extends Serializable {

    /** A unit of log 2 in natural ones. */
    double LN_2 = StrictMath.log(2);

    /** And the other way round. */
    double LOG2_E = 1 / LN_2;

    /**
     * The score in place of {@code score}.
     *
     * @param score finite
     * @return finite, or -infinity to hide the key from the query: then no later modifier is asked
     */
    double apply(double score, int head, long query, long key);

    /**
     * {@link #apply} to a score in units of log 2, as kernels have them.
     *
     * @param score finite
     * @throws IllegalArgumentException if what it gives is neither finite nor -infinity
     */
    default double applyInLog2(double score, int head, long query, long key) {
        double modified = apply(score * LN_2, head, query, key);
        if (!(modified < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "A score function gave %s for score %s of head %d, query %d, key %d; it must give a number or -infinity."
                            .formatted(modified, score * LN_2, head, query, key));
        }
        double scaled = modified * LOG2_E;
        // A finite score hides no key, however low it is.
        boolean tooLow = scaled == Double.NEGATIVE_INFINITY && modified != scaled;
        return tooLow ? -Double.MAX_VALUE : scaled;
    }

    /** @throws IllegalArgumentException if it is made for another number of query heads */
    default void checkHeads(int heads) {}

    /**
     * The modifier of one sequence, which is asked for once before its attention is computed. A modifier that depends on
     * the sequence gives its part; any other checks that it fits and gives itself.
     *
     * @param sequence the sequence's name, as in the column {@code sequence}
     * @throws IllegalArgumentException naming what does not fit a sequence of so many queries and keys
     */
    default ScoreModifier forSequence(String sequence, long queries, long keys) {
        return this;
    }

    /**
     * The same modifier for queries that stand so many positions further on, as those after a past of so many keys: of
     * query {@code i} it makes what this one makes of query {@code i + positions}. One that does not go by the position of
     * the query, such as a soft cap or a matrix of rows for these queries alone, gives itself.
     */
    default ScoreModifier shifted(long positions) {
        return positions == 0 ? this : new ShiftedModifier(this, positions);
    }

    /**
     * The same for sequences whose queries stand so many positions further on, each by its own number: a modifier for those
     * sequences alone.
     *
     * @param positions of each sequence, by its name
     */
    default ScoreModifier shifted(Map<String, Long> positions) {
        Map<String, ScoreModifier> modifiers = new HashMap<>();
        positions.forEach((sequence, further) -> modifiers.put(sequence, shifted(further)));
        return bySequence(modifiers);
    }

    /**
     * The text of the modifier, which {@code foco.kernels.text.SpecText} reads back as an equal modifier.
     *
     * @return empty if it has none: a function of a program, or a matrix of more than 65,536 numbers
     */
    default Optional<String> text() {
        return Optional.empty();
    }

    /** Scores of at most {@code cap} in magnitude, {@code cap * tanh(score / cap)}: Gemma 2's, whose cap is 50. */
    static ScoreModifier softCap(double cap) {
        return new SoftCap(cap);
    }

    /** ALiBi with the published slopes for so many heads, {@link Alibi#slopes}, as in BLOOM and MPT. */
    static ScoreModifier alibi(int heads) {
        return alibi(0, Alibi.slopes(heads));
    }

    /** ALiBi with given slopes, one a head: a query at {@code p} adds {@code -slope * |p - key|}. */
    static ScoreModifier alibi(long queryOffset, float... slopes) {
        return new Alibi(slopes, queryOffset);
    }

    /**
     * T5's relative position bias: one learned number for each head and bucket of distances.
     *
     * @param table {@code [buckets, heads]}, the weights of the model's {@code relative_attention_bias}
     * @param bidirectional whether keys before and after the query have buckets of their own, as in encoders; else all keys
     *     after it count as the query's own position
     * @param maxDistance from where on all distances share the last bucket; T5's is 128
     */
    static ScoreModifier relativeBias(float[][] table, boolean bidirectional, long maxDistance, long queryOffset) {
        return new RelativeBias(table, bidirectional, maxDistance, queryOffset);
    }

    /**
     * Adds a matrix of biases, {@code [queries, keys]}; for small inputs.
     *
     * @param values finite, or -infinity where a query does not see a key
     */
    static ScoreModifier bias(float[][] values) {
        return MatrixBias.of(values);
    }

    /**
     * Adds matrices of biases, head by head; for small inputs. No query sees keys beyond the matrix.
     *
     * @param values element {@code (head * queries + i) * keys + j}, {@code [heads, queries, keys]}; the one query, key or
     *     head where there is only one stands for all. Finite, or -infinity where a query does not see a key
     */
    static ScoreModifier bias(int heads, int queries, int keys, float[] values) {
        return new MatrixBias(heads, queries, keys, values);
    }

    /** Each sequence's own modifier, by the sequence's name. */
    static ScoreModifier bySequence(Map<String, ScoreModifier> modifiers) {
        return new BySequenceModifier(modifiers);
    }
}
