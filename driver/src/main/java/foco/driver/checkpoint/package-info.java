/**
 * Finished parts of a computation in files, so that a computation that was ended goes on where it was. Of it
 * {@link foco.driver.checkpoint.CheckpointException} is API.
 */
package foco.driver.checkpoint;
