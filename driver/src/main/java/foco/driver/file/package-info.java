/**
 * Arrays, tables and weights of models in files: what is read, by the tasks that want it, and what is written, which
 * appears whole or not at all. API for programs that read and write files as the commands do.
 */
package foco.driver.file;
