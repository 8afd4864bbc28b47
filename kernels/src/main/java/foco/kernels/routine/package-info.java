/**
 * What a machine computes attention with: a block of queries over a block of keys. Internal; users get it from {@code
 * foco.kernels.machine}.
 */
package foco.kernels.routine;
