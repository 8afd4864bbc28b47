/**
 * What attention to compute: {@link foco.kernels.AttentionSpec}, a record of heads, widths, scale, mask and score
 * modifiers. API.
 */
package foco.kernels;
