/** What commands on attention read: arrays in files or a table, and the options that say which attention. No API. */
package foco.jobs.input;
