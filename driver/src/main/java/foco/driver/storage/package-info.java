/**
 * Places in any file system that Hadoop knows, and outputs that appear there whole or not at all. {@link
 * foco.driver.storage.OutputTarget} and {@link foco.driver.storage.PendingOutputs} are API for programs that write files
 * as the commands do.
 */
package foco.driver.storage;
