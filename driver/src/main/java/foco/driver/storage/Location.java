package foco.driver.storage;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.block.InvalidInputException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Where a file lies, in any file system that Hadoop knows: {@code K.npy}, {@code hdfs://host/K.npy}, {@code s3a://bucket/K.npy}.
 *
 * @param name as the user wrote it, for messages
 * @param path absolute and with its file system, so that it means the same on every machine
 */
@DefaultSerializer(JavaSerializer.class)
public record Location(String name, Path path) implements Serializable {
    private static final Pattern WITH_SCHEME = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*:/.*");

    /** @throws InvalidInputException if there is no file system such as the name asks for */
    public static Location of(String name, Configuration hadoop) {
        if (name.isBlank()) {
            throw new InvalidInputException("the name of a file is empty; give a path");
        }
        // Path's one-argument constructor takes "a:b.npy" for scheme a.
        try {
            Path written = WITH_SCHEME.matcher(name).matches() ? new Path(name) : new Path(null, null, name);
            return new Location(name, written.getFileSystem(hadoop).makeQualified(written));
        } catch (IOException | RuntimeException e) { // Hadoop wraps a class that is not there in the latter
            throw new InvalidInputException("%s: %s; check the path%s"
                    .formatted(
                            name,
                            firstLine(e),
                            root(e) instanceof ClassNotFoundException
                                    ? ", or give Spark the jar of that class with --jars or --packages"
                                    : ""));
        }
    }

    /** What the root of a failure says, in a line. */
    public static String firstLine(Exception failure) {
        Throwable root = root(failure);
        return root.getMessage() == null || root.getMessage().isBlank()
                ? root.getClass().getSimpleName()
                : root.getMessage().strip().lines().findFirst().orElse("").strip();
    }

    private static Throwable root(Throwable failure) {
        return failure.getCause() == null || failure.getCause() == failure ? failure : root(failure.getCause());
    }

    public IOException unreachable(IOException failure) {
        return new IOException(
                "%s cannot be reached (%s); check the path and its file system".formatted(name, firstLine(failure)),
                failure);
    }

    /** What is at a path in this location's file system, if something is. */
    public Optional<FileStatus> find(Path some, Configuration hadoop) throws IOException {
        try {
            return Optional.of(fileSystem(hadoop).getFileStatus(some));
        } catch (FileNotFoundException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    /**
     * The location's file system. The local one comes without Hadoop's checksum files: whoever writes {@code .npy} files
     * does not keep them, and a stale one would make a good file unreadable.
     */
    public FileSystem fileSystem(Configuration hadoop) throws IOException {
        FileSystem fileSystem = path.getFileSystem(hadoop);
        return fileSystem instanceof LocalFileSystem local ? local.getRawFileSystem() : fileSystem;
    }

    boolean isLocal() {
        return "file".equals(path.toUri().getScheme());
    }

    /** @throws InvalidInputException if nothing is there */
    public FileStatus status(Configuration hadoop) throws IOException {
        Optional<FileStatus> found = find(path, hadoop);
        if (found.isEmpty()) {
            String looked = isLocal() ? path.toUri().getPath() : path.toString();
            throw new InvalidInputException(
                    name.equals(looked)
                            ? name + " does not exist; check the path"
                            : "%s does not exist; check the path (looked for %s)".formatted(name, looked));
        }
        return found.get();
    }
}
