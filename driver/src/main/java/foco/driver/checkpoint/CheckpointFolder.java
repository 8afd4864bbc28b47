package foco.driver.checkpoint;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.fs.permission.FsAction;
import org.apache.hadoop.security.AccessControlException;
import org.apache.spark.util.SerializableConfiguration;

/**
 * A checkpoint's folder, in any file system that Hadoop knows: a manifest, and a folder of item files. Files appear in it
 * whole, by a rename.
 */
final class CheckpointFolder implements Serializable {

    private static final String MANIFEST = "manifest.txt";
    private static final String ITEMS = "items";
    private static final String SUFFIX = ".foco";
    private static final String UNFINISHED = ".tmp";

    private final String folder;
    private final SerializableConfiguration hadoop;

    /** @param folder absolute and with its file system, so that it means the same on every machine */
    private CheckpointFolder(String folder, Configuration hadoop) {
        this.folder = folder;
        this.hadoop = new SerializableConfiguration(hadoop);
    }

    /** @throws CheckpointException if something else lies there */
    static CheckpointFolder of(Path named, Configuration hadoop) throws IOException {
        Path path = named.getFileSystem(hadoop).makeQualified(named);
        CheckpointFolder folder = new CheckpointFolder(path.toString(), hadoop);
        if (!folder.hasManifest() && !folder.isEmpty()) {
            throw new CheckpointException(
                    "%s holds something that is no checkpoint; name another folder.".formatted(folder));
        }
        return folder;
    }

    private boolean hasManifest() throws IOException {
        return fileSystem().exists(manifestFile());
    }

    /** Whether nothing is there, or nothing but what a first attempt left that ended before it had written a manifest. */
    private boolean isEmpty() throws IOException {
        try {
            return Arrays.stream(fileSystem().listStatus(new Path(folder))).allMatch(this::isLeftover);
        } catch (FileNotFoundException e) {
            return true;
        }
    }

    private boolean isLeftover(FileStatus entry) {
        String name = entry.getPath().getName();
        return name.endsWith(UNFINISHED) || name.equals(ITEMS) && entry.isDirectory();
    }

    /** The manifest, or nothing if the checkpoint is new. */
    Optional<Manifest> manifest() throws IOException {
        if (!hasManifest()) {
            return Optional.empty();
        }
        try (FSDataInputStream in = fileSystem().open(manifestFile())) {
            return Optional.of(Manifest.parse(in.readAllBytes(), text(manifestFile())));
        }
    }

    /**
     * Whether a checkpoint is there or can be.
     *
     * @throws CheckpointException if not, or if its manifest is damaged
     */
    void check() throws IOException {
        if (manifest().isPresent()) {
            return;
        }
        FileSystem fileSystem = fileSystem();
        Path existing = new Path(folder);
        while (!fileSystem.exists(existing)) {
            existing = existing.getParent();
        }
        if (!fileSystem.getFileStatus(existing).isDirectory()) {
            throw new CheckpointException("The checkpoint %s cannot be written: %s is a file; name a folder."
                    .formatted(this, text(existing)));
        }
        try {
            fileSystem.access(existing, FsAction.WRITE_EXECUTE);
        } catch (AccessControlException e) {
            throw new CheckpointException(
                    "The checkpoint %s cannot be written: folder %s may not be written by this user; name another folder or change its permissions."
                            .formatted(this, text(existing)));
        }
    }

    void writeManifest(byte[] text) throws IOException {
        fileSystem().mkdirs(items());
        write(manifestFile(), text);
    }

    /** The item files, in the order of their names. What an attempt left unfinished is removed. */
    List<FileStatus> files() throws IOException {
        FileSystem fileSystem = fileSystem();
        fileSystem.mkdirs(items());
        for (FileStatus file : fileSystem.listStatus(items())) {
            if (file.getPath().getName().endsWith(UNFINISHED)) {
                fileSystem.delete(file.getPath(), false);
            }
        }
        return Arrays.stream(fileSystem.listStatus(items()))
                .filter(file -> file.getPath().getName().endsWith(SUFFIX))
                .sorted()
                .toList();
    }

    /** Commits an item file. If one of this name is there, it holds the same and stays. */
    void writeFile(String name, byte[] content) throws IOException {
        write(file(name + SUFFIX), content);
    }

    FSDataInputStream open(String file) throws IOException {
        return fileSystem().open(file(file));
    }

    Path file(String name) {
        return new Path(items(), name);
    }

    /** Removes what belongs to the checkpoint; the folder itself stays if anything else is in it. */
    void delete() throws IOException {
        FileSystem fileSystem = fileSystem();
        fileSystem.delete(items(), true);
        fileSystem.delete(manifestFile(), false);
        if (fileSystem.listStatus(new Path(folder)).length == 0) {
            fileSystem.delete(new Path(folder), false);
        }
    }

    private void write(Path path, byte[] content) throws IOException {
        FileSystem fileSystem = fileSystem();
        Path unfinished = new Path(path.getParent(), "." + UUID.randomUUID() + UNFINISHED);
        try {
            try (FSDataOutputStream out = fileSystem.create(unfinished, false)) {
                out.write(content);
                if (out.hasCapability(StreamCapabilities.HSYNC)) {
                    out.hsync();
                }
            }
            rename(fileSystem, unfinished, path);
        } catch (IOException e) {
            throw new IOException("The checkpoint %s cannot be written: %s".formatted(this, e.getMessage()), e);
        } finally {
            fileSystem.delete(unfinished, false);
        }
    }

    /** Some file systems replace, others refuse, where another attempt of the same task came first. */
    private static void rename(FileSystem fileSystem, Path from, Path to) throws IOException {
        boolean renamed;
        try {
            renamed = fileSystem.rename(from, to);
        } catch (FileAlreadyExistsException e) {
            renamed = false;
        }
        if (!renamed && !fileSystem.exists(to)) {
            throw new IOException("%s could not be renamed to %s".formatted(from, to.getName()));
        }
    }

    private Path manifestFile() {
        return new Path(folder, MANIFEST);
    }

    private Path items() {
        return new Path(folder, ITEMS);
    }

    /** The local file system comes without Hadoop's checksum files: these files have checksums of their own. */
    private FileSystem fileSystem() throws IOException {
        FileSystem fileSystem = new Path(folder).getFileSystem(hadoop.value());
        return fileSystem instanceof LocalFileSystem local ? local.getRawFileSystem() : fileSystem;
    }

    @Override
    public String toString() {
        return text(new Path(folder));
    }

    static String text(Path path) {
        return "file".equals(path.toUri().getScheme()) ? path.toUri().getPath() : path.toString();
    }

    /** For what Spark runs without room for checked exceptions. */
    static UncheckedIOException unchecked(IOException e) {
        return new UncheckedIOException(e.getMessage(), e);
    }
}
