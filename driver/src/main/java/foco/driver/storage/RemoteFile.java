package foco.driver.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;

/** A pending file on another file system. Those know no positioned writes, so it is written on a local disk and uploaded. */
final class RemoteFile implements PendingOutput {
    /** Spark's setting for the folder of temporary files, or several, of which the first is taken. */
    static final String STAGING = "spark.local.dir";

    private final Path target;
    private final Path hidden;
    private final Renaming renaming;
    private final FileSystem fileSystem;
    private final java.nio.file.Path staging;
    private final FileChannel channel;
    private boolean replaces;

    RemoteFile(Path target, Configuration hadoop) throws IOException {
        this.target = target;
        this.hidden = new Path(target.getParent(), PendingOutput.hidden(target));
        this.renaming = Renaming.in(target, hadoop);
        this.fileSystem = target.getFileSystem(hadoop);
        this.staging = Files.createTempFile(stagingFolder(), "foco-", ".tmp");
        this.channel = FileChannel.open(staging, StandardOpenOption.WRITE);
    }

    /** Where files are written before they go to their file system. */
    static java.nio.file.Path stagingFolder() {
        String temporary = System.getProperty("java.io.tmpdir");
        java.nio.file.Path chosen = java.nio.file.Path.of(
                new SparkConf().get(STAGING, temporary).split(",")[0].strip());
        return Files.isWritable(chosen) ? chosen : java.nio.file.Path.of(temporary);
    }

    java.nio.file.Path staging() {
        return staging;
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
        renaming.replace(hidden, target);
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
