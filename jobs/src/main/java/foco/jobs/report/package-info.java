/** The report: a folder with a page that shows the tables of an analysis in a browser, without network or server. */
package foco.jobs.report;
