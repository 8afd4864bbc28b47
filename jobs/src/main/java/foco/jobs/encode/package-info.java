/**
 * Texts through a model: what {@code foco encode} reads and writes. Internal.
 */
package foco.jobs.encode;
