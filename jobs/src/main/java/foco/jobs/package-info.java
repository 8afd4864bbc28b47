/**
 * The entry points of the program {@code foco}: {@link foco.jobs.Foco} runs a command, {@link foco.jobs.DriverSubmission}
 * submits one to a cluster, {@link foco.jobs.Rehearsal} runs some for a class archive. Each command has a package below.
 * {@link foco.jobs.Foco#run} is API for programs that run commands; nothing else in these packages is.
 */
package foco.jobs;
