/**
 * Rows of the matrix of weights or scores, for chosen queries, in float64. {@link
 * foco.driver.weights.WeightSelection} and {@link foco.driver.weights.AttentionWeights} are API.
 */
package foco.driver.weights;
