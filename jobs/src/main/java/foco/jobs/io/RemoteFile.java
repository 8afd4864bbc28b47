package foco.jobs.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;

/** A pending file on another file system. Those know no positioned writes, so it is written on a local disk and uploaded. */
final class RemoteFile implements PendingOutput {
    private final Path target;
    private final Path hidden;
    private final Configuration hadoop;
    private final FileSystem fileSystem;
    private final java.nio.file.Path staging;
    private final FileChannel channel;
    private boolean replaces;

    RemoteFile(Path target, Configuration hadoop) throws IOException {
        this.target = target;
        this.hidden = new Path(target.getParent(), PendingOutput.hidden(target));
        this.hadoop = hadoop;
        this.fileSystem = target.getFileSystem(hadoop);
        this.staging = Files.createTempFile("foco-", ".npy");
        this.channel = FileChannel.open(staging, StandardOpenOption.WRITE);
    }

    FileChannel channel() {
        return channel;
    }

    @Override
    public void seal() throws IOException {
        channel.close();
        fileSystem.copyFromLocalFile(false, true, new Path(staging.toUri()), hidden);
        Files.delete(staging);
    }

    @Override
    public void publish() throws IOException {
        replaces = fileSystem.exists(target);
        FileContext.getFileContext(target.toUri(), hadoop).rename(hidden, target, Options.Rename.OVERWRITE);
    }

    @Override
    public void retract() throws IOException {
        if (!replaces) {
            fileSystem.delete(target, false);
        }
    }

    @Override
    public void discard() throws IOException {
        channel.close();
        Files.deleteIfExists(staging);
        fileSystem.delete(hidden, false);
    }
}
