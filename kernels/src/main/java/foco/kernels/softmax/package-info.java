/**
 * Attention of some queries over the keys seen so far, as states that merge. Internal.
 */
package foco.kernels.softmax;
