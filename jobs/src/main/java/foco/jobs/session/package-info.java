/** The Spark context or session of a command. No API. */
package foco.jobs.session;
