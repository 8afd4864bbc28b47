/** What people see of a command at a terminal: its progress, and one line where it is used wrongly or fails. No API. */
package foco.jobs.terminal;
