/**
 * The two routines that a machine computes with: attention of a block of queries over a block of keys, and a
 * matrix product. Internal; users get them from {@code foco.kernels.machine}.
 */
package foco.kernels.routine;
