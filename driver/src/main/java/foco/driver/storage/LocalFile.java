package foco.driver.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** A pending file on one of this machine's disks. */
final class LocalFile implements PendingOutput {
    private final Path target;
    private final Path hidden;
    private final Path former;
    private final FileChannel channel;
    private boolean replaces;

    LocalFile(Path target) throws IOException {
        this.target = target;
        this.hidden = target.resolveSibling(
                PendingOutput.hiddenName(target.getFileName().toString()));
        this.former = target.resolveSibling(
                PendingOutput.hiddenName(target.getFileName().toString()));
        this.channel = FileChannel.open(hidden, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    FileChannel channel() {
        return channel;
    }

    /** Where the file lies until it is published. */
    Path hidden() {
        return hidden;
    }

    @Override
    public void seal() throws IOException {
        channel.force(true);
        channel.close();
    }

    @Override
    public void publish() throws IOException {
        replaces = Files.exists(target);
        if (replaces) {
            keepFormer();
        }
        Files.move(hidden, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** A second name for the file that is about to be replaced; without one it cannot be brought back. */
    private void keepFormer() {
        try {
            Files.createLink(former, target);
        } catch (IOException | UnsupportedOperationException e) {
            // Not every file system has hard links, and the output itself does not need one.
        }
    }

    @Override
    public void retract() throws IOException {
        if (Files.exists(former)) {
            Files.move(former, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } else if (!replaces) {
            Files.deleteIfExists(target);
        }
    }

    @Override
    public void discard() throws IOException {
        channel.close();
        Files.deleteIfExists(hidden);
        Files.deleteIfExists(former);
    }
}
