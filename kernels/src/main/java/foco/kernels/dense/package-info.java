/**
 * What stands before and after attention: linear layers with their activations, norms, embeddings, rotary embedding; and
 * {@link foco.kernels.dense.DenseKernel}, which applies them. API.
 */
package foco.kernels.dense;
