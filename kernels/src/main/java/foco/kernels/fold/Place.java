package foco.kernels.fold;

/**
 * Queries of which a fold is to see the weights.
 *
 * @param firstQuery the first query's position among the queries of its sequence, from 0
 * @param queries how many follow each other from there on
 * @param shift where query 0 stands among the keys: the tokens of the past that come before the queries, 0 without one
 * @param bounds of the same head and sequence, for all places whose results are merged
 */
public record Place(int head, long firstQuery, int queries, long shift, KeyBounds bounds) {

    /** One that shares no bounds with others. */
    public Place(int head, long firstQuery, int queries, long shift) {
        this(head, firstQuery, queries, shift, new KeyBounds());
    }
}
