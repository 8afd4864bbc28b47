/** {@code foco weights}: what chosen queries attend to, and the forms in which that is written. No API. */
package foco.jobs.weights;
