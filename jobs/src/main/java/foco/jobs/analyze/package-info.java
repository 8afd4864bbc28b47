/** {@code foco analyze}: statistics of attention over whole documents, as tables and in sentences. No API. */
package foco.jobs.analyze;
