package foco.driver.weights;

/**
 * What one query attends to in one head.
 *
 * @param weights the softmax weight of every key of the sequence, by position; they add up to 1, or to less by
 *     the head's sink, and are all 0 where the query sees nothing
 */
public record AttentionWeights(String sequence, long position, int head, float[] weights) {}
