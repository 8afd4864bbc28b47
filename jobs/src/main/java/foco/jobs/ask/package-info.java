/** {@code foco ask}: questions to the tables of an analysis. */
package foco.jobs.ask;
