/**
 * What is done to a score between scaling and softmax: soft caps, biases by distance or by a matrix, functions of
 * the user. {@link foco.kernels.score.ScoreModifier} and {@link foco.kernels.score.ScoreStage} are API.
 */
package foco.kernels.score;
