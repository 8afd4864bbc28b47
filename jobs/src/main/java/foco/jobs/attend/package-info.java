/** {@code foco attend}: attention of files or a table, written to others. No API. */
package foco.jobs.attend;
