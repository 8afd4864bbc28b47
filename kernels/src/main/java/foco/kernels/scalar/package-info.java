/**
 * The routines of layers in plain Java, for any JVM: the twins of those on the Vector API, with the same bits. Internal.
 */
package foco.kernels.scalar;
