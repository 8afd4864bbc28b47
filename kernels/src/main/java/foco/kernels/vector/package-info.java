/**
 * The routines on Java's Vector API, for vectors of 128, 256 and 512 bits. Only this package knows of the
 * hardware. Internal.
 */
package foco.kernels.vector;
