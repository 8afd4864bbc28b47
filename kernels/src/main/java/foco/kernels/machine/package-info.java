/**
 * Picks the routines that this JVM can run, has them compiled early, and measures what a core can do. {@link
 * foco.kernels.machine.Kernels} and {@link foco.kernels.machine.Peak} are API.
 */
package foco.kernels.machine;
