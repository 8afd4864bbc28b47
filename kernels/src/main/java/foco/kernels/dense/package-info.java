/**
 * Linear layers, layer norm and rotary embedding, for what stands before and after attention. API.
 */
package foco.kernels.dense;
