package foco.kernels.fold;

/**
 * Queries of which a fold is to see the weights.
 *
 * @param firstQuery the first query's position among the queries of its sequence, from 0
 * @param queries how many follow each other from there on
 * @param shift where query 0 stands among the keys: the tokens of the past that come before the queries, 0 without one
 */
public record Place(int head, long firstQuery, int queries, long shift) {}
