/** The demo's model and its tokenizer. No API. */
package foco.jobs.model;
