/**
 * The routines on Breeze, which runs in any JVM, and attention in float64, against which all tests compare.
 * Internal.
 */
package foco.kernels.breeze;
