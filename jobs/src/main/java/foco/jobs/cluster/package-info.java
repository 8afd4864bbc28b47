/** What commands need to know of the cluster that they run on: its master, its executors, a submitted driver. No API. */
package foco.jobs.cluster;
