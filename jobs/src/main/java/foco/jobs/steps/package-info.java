/** {@code foco steps}: attention as it is taught, every step with its numbers. */
package foco.jobs.steps;
