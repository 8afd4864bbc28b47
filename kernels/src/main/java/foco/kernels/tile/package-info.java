/**
 * Queries, keys and values packed for a kernel: blocks of them in panels of 16 columns, in a layout that depends
 * on no machine. Internal.
 */
package foco.kernels.tile;
