/** {@code foco fill}: the words that a model finds for masked ones. */
package foco.jobs.fill;
