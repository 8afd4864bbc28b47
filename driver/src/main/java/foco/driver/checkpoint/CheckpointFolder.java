package foco.driver.checkpoint;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
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

    /** The names that {@link CheckpointSink} and {@link #write} give. */
    private static final Pattern ITEM_FILE = Pattern.compile("\\d+-\\d+-[0-9a-f]{24}\\" + SUFFIX);

    private static final Pattern LOCK_FILE = Pattern.compile("lock-([0-9a-f-]{36})\\.txt");

    private static final Pattern UNFINISHED_FILE = Pattern.compile("\\.[0-9a-f-]{36}\\" + UNFINISHED);

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
        if (!folder.hasManifest()) {
            Optional<String> stray = folder.stray();
            if (stray.isPresent()) {
                throw new CheckpointException("%s holds something that is no checkpoint (%s); name another folder."
                        .formatted(folder, stray.get()));
            }
        }
        return folder;
    }

    private boolean hasManifest() throws IOException {
        return fileSystem().exists(manifestFile());
    }

    /** Something in the folder that is not of a checkpoint, begun or left over, if there is such a thing. */
    private Optional<String> stray() throws IOException {
        for (FileStatus entry : list(new Path(folder))) {
            String name = entry.getPath().getName();
            if (name.equals(ITEMS) && entry.isDirectory()) {
                Optional<String> inItems = strayItem();
                if (inItems.isPresent()) {
                    return inItems;
                }
            } else if (!LOCK_FILE.matcher(name).matches()
                    && !UNFINISHED_FILE.matcher(name).matches()) {
                return Optional.of(name);
            }
        }
        return Optional.empty();
    }

    private Optional<String> strayItem() throws IOException {
        return Arrays.stream(list(items()))
                .map(file -> file.getPath().getName())
                .filter(name -> !isItem(name))
                .findFirst()
                .map(name -> ITEMS + "/" + name);
    }

    private static boolean isItem(String name) {
        return ITEM_FILE.matcher(name).matches()
                || UNFINISHED_FILE.matcher(name).matches();
    }

    /** Nothing where there is no such folder. */
    private FileStatus[] list(Path path) throws IOException {
        try {
            return fileSystem().listStatus(path);
        } catch (FileNotFoundException e) {
            return new FileStatus[0];
        }
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

    /** Begins a checkpoint: what an earlier one has left behind is removed. */
    void begin(byte[] manifest) throws IOException {
        removeItems();
        fileSystem().mkdirs(items());
        write(manifestFile(), manifest);
    }

    /** The item files, in the order of their names. What an attempt left unfinished is removed. */
    List<FileStatus> files() throws IOException {
        FileSystem fileSystem = fileSystem();
        for (FileStatus file : list(items())) {
            if (UNFINISHED_FILE.matcher(file.getPath().getName()).matches()) {
                fileSystem.delete(file.getPath(), false);
            }
        }
        return Arrays.stream(list(items()))
                .filter(file -> ITEM_FILE.matcher(file.getPath().getName()).matches())
                .sorted()
                .toList();
    }

    /** Removes an item file. */
    void remove(String file) throws IOException {
        fileSystem().delete(file(file), false);
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

    /** Removes what belongs to the checkpoint, but for its lock; what else is in the folder stays. */
    void delete() throws IOException {
        fileSystem().delete(manifestFile(), false);
        removeItems();
    }

    private void removeItems() throws IOException {
        FileSystem fileSystem = fileSystem();
        if (strayItem().isEmpty()) {
            fileSystem.delete(items(), true);
            return;
        }
        for (FileStatus file : list(items())) {
            if (isItem(file.getPath().getName())) {
                fileSystem.delete(file.getPath(), false);
            }
        }
    }

    /** The tokens of those who have locked the folder, or would. */
    List<String> lockTokens() throws IOException {
        return Arrays.stream(list(new Path(folder)))
                .map(entry -> LOCK_FILE.matcher(entry.getPath().getName()))
                .filter(Matcher::matches)
                .map(name -> name.group(1))
                .toList();
    }

    /** What a lock file says, if there is one; empty while it is being written. */
    Optional<String> readLock(String token) throws IOException {
        try (FSDataInputStream in = fileSystem().open(lockFile(token))) {
            return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (FileNotFoundException e) {
            return Optional.empty();
        }
    }

    void writeLock(String token, String text) throws IOException {
        FileSystem fileSystem = fileSystem();
        try {
            if (fileSystem instanceof RawLocalFileSystem local) { // Hadoop's starts a process for each file
                writeLocally(local.pathToFile(lockFile(token)).toPath(), text);
                return;
            }
            try (FSDataOutputStream out = fileSystem.create(lockFile(token), true)) {
                out.write(text.getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private static void writeLocally(java.nio.file.Path file, String text) throws IOException {
        try {
            Files.writeString(file, text);
        } catch (NoSuchFileException e) { // a folder that is new, or that its last owner has just removed
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        }
    }

    /** Removes a lock file, and the folder if nothing else is in it. */
    void removeLock(String token) throws IOException {
        fileSystem().delete(lockFile(token), false);
        removeIfEmpty(items());
        removeIfEmpty(new Path(folder));
    }

    private void removeIfEmpty(Path path) throws IOException {
        FileSystem fileSystem = fileSystem();
        if (fileSystem instanceof RawLocalFileSystem local) {
            try { // Hadoop's looks whether it is empty, and removes then what may be in it by now
                Files.deleteIfExists(local.pathToFile(path).toPath());
            } catch (DirectoryNotEmptyException e) {
                return;
            }
        } else if (fileSystem.exists(path) && list(path).length == 0) {
            fileSystem.delete(path, false);
        }
    }

    private IOException unwritable(Throwable e) {
        // Hadoop's FSError only says which class its cause is of.
        String why = e instanceof FSError && e.getCause() != null ? e.getCause().getMessage() : e.getMessage();
        return new IOException("The checkpoint %s cannot be written: %s".formatted(this, why), e);
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
        } catch (IOException | FSError e) { // of a local disk that is full
            throw unwritable(e);
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

    private Path lockFile(String token) {
        return new Path(folder, "lock-%s.txt".formatted(token));
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
