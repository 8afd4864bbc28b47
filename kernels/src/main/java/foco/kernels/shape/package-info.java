/**
 * Which sizes the vector kernel's loops have on which machine. Internal.
 */
package foco.kernels.shape;
