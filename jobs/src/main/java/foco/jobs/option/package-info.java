/** Options that several commands share, a group a file, and the forms of their values. No API. */
package foco.jobs.option;
