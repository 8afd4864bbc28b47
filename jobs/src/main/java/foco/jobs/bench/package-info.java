/** {@code foco bench}: how fast the kernel and attention through Spark are on this machine. No API. */
package foco.jobs.bench;
