package foco.jobs.io;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.InvalidInputException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
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
record Location(String name, Path path) implements Serializable {
    private static final Pattern WITH_SCHEME = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*:/.*");

    /** @throws IOException if the file system that the name asks for cannot be reached */
    static Location of(String name, Configuration hadoop) throws IOException {
        if (name.isBlank()) {
            throw new InvalidInputException("the name of a file is empty; give a path");
        }
        // Path's one-argument constructor takes "a:b.npy" for scheme a.
        Path written = WITH_SCHEME.matcher(name).matches() ? new Path(name) : new Path(null, null, name);
        return new Location(name, written.getFileSystem(hadoop).makeQualified(written));
    }

    /**
     * The location's file system. The local one comes without Hadoop's checksum files: whoever writes {@code .npy} files
     * does not keep them, and a stale one would make a good file unreadable.
     */
    FileSystem fileSystem(Configuration hadoop) throws IOException {
        FileSystem fileSystem = path.getFileSystem(hadoop);
        return fileSystem instanceof LocalFileSystem local ? local.getRawFileSystem() : fileSystem;
    }

    boolean isLocal() {
        return "file".equals(path.toUri().getScheme());
    }

    /** @throws InvalidInputException if nothing is there */
    FileStatus status(Configuration hadoop) throws IOException {
        try {
            return fileSystem(hadoop).getFileStatus(path);
        } catch (FileNotFoundException e) {
            String looked = isLocal() ? path.toUri().getPath() : path.toString();
            throw new InvalidInputException(
                    name.equals(looked)
                            ? name + " does not exist; check the path"
                            : "%s does not exist; check the path (looked for %s)".formatted(name, looked));
        }
    }
}
