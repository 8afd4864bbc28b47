package foco.driver.storage;

import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A file that is being written under a hidden name.
 *
 * @param name what messages call it
 * @param channel to write it by; the writer does not close it
 * @param path of the file that will be the output, if it lies on this machine's disks already
 */
public record PendingFile(String name, FileChannel channel, Optional<Path> path) {}
