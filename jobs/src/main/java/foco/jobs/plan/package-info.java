/** {@code foco plan}: what an attention would take. No API. */
package foco.jobs.plan;
