/** {@code foco demo}: what the words of a text attend to in a real model. No API. */
package foco.jobs.demo;
