/** The folder of an analysis: what lies in it, how it is written so that an ended run goes on, and what is refused. No API. */
package foco.driver.analysis.folder;
