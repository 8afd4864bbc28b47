package foco.driver.storage;

import foco.driver.block.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsAction;
import org.apache.hadoop.security.AccessControlException;

/**
 * Where an output shall lie; checked before any work is done for it. Nothing stays there before {@link PendingOutputs}
 * publish it: on other file systems than the machine's own, where Hadoop cannot tell beforehand, something small is created,
 * renamed and removed.
 */
public final class OutputTarget {
    private final Location location;

    private OutputTarget(Location location) {
        this.location = location;
    }

    /**
     * A file, which may exist and is then replaced.
     *
     * @throws InvalidInputException if it cannot be written there
     */
    public static OutputTarget file(String name, Configuration hadoop) throws IOException {
        Location location = followLink(Location.of(name, hadoop));
        Optional<FileStatus> existing = checkedParent(location, hadoop);
        if (existing.isPresent()) {
            if (existing.get().isDirectory()) {
                throw new InvalidInputException(
                        "%s is a directory; name a file, such as %1$s/output.npy".formatted(name));
            }
            if (location.isLocal() && !Files.isRegularFile(local(location))) {
                throw new InvalidInputException(name + " is not a regular file; name another");
            }
            if (location.isLocal() && !Files.isWritable(local(location))) {
                throw new InvalidInputException(
                        name + " is write-protected; name another file or change its permissions");
            }
        }
        tryOut(location, true, existing.isPresent(), hadoop);
        return new OutputTarget(location);
    }

    /**
     * A directory that does not exist yet, such as that of a Parquet table.
     *
     * @throws InvalidInputException if it exists or cannot be made there
     */
    public static OutputTarget newDirectory(String name, Configuration hadoop) throws IOException {
        Location location = Location.of(name, hadoop);
        if (checkedParent(location, hadoop).isPresent()) {
            throw new InvalidInputException(name + " exists already; name a new directory or remove it");
        }
        tryOut(location, false, false, hadoop);
        return new OutputTarget(location);
    }

    /** @throws InvalidInputException if a directory cannot be made beside that one, or not renamed */
    static void tryOut(Location location, Configuration hadoop) {
        tryOut(location, false, false, hadoop);
    }

    /**
     * A directory that may exist: whoever asks has checked that it may be replaced, and removes it.
     *
     * @throws InvalidInputException if it cannot be made there, or what it holds cannot be removed
     */
    static OutputTarget replaceable(Location location, Configuration hadoop) throws IOException {
        if (checkedParent(location, hadoop).isPresent()) {
            checkWritable(location, location.path(), hadoop);
        }
        return new OutputTarget(location);
    }

    /** Does beforehand, on a small scale, what will be done at the end. */
    private static void tryOut(Location location, boolean file, boolean exists, Configuration hadoop) {
        if (location.isLocal()) {
            return;
        }
        try {
            Renaming renaming = Renaming.in(location.path(), hadoop);
            if (exists && !renaming.replaces()) {
                throw new InvalidInputException(
                        "%s exists already, and its file system cannot replace a file in one step; remove it or name another"
                                .formatted(location.name()));
            }
            renaming.tryBeside(location.path(), file);
        } catch (IOException | UnsupportedOperationException e) {
            throw new InvalidInputException(
                    "%s cannot be written: a trial in its folder failed (%s); choose another folder"
                            .formatted(location.name(), Location.firstLine(e)));
        }
    }

    /** A rename would replace a symbolic link and not what it leads to. */
    private static Location followLink(Location location) throws IOException {
        if (location.isLocal() && Files.isSymbolicLink(local(location)) && Files.exists(local(location))) {
            return new Location(
                    location.name(), new Path(local(location).toRealPath().toUri()));
        }
        return location;
    }

    private static Optional<FileStatus> checkedParent(Location location, Configuration hadoop) throws IOException {
        FileSystem fileSystem = location.fileSystem(hadoop);
        Path parent = location.path().getParent();
        if (parent == null) {
            throw new InvalidInputException(location.name() + " is the root of a file system; name a file in it");
        }
        Optional<FileStatus> folder = location.find(parent, hadoop);
        if (folder.isEmpty()) {
            throw new InvalidInputException("%s cannot be written: folder %s does not exist; create it first"
                    .formatted(location.name(), text(parent)));
        }
        if (!folder.get().isDirectory()) {
            throw new InvalidInputException("%s cannot be written: %s is not a folder; check the path"
                    .formatted(location.name(), text(parent)));
        }
        checkWritable(location, parent, hadoop);
        return location.find(location.path(), hadoop);
    }

    private static void checkWritable(Location location, Path folder, Configuration hadoop) throws IOException {
        boolean may;
        try {
            location.fileSystem(hadoop).access(folder, FsAction.WRITE_EXECUTE);
            // Hadoop looks at permissions; of a disk that is mounted read-only the system itself knows.
            may = !location.isLocal()
                    || Files.isWritable(java.nio.file.Path.of(folder.toUri().getPath()));
        } catch (AccessControlException e) {
            may = false;
        }
        if (!may) {
            throw new InvalidInputException(
                    "%s cannot be written: folder %s may not be written by this user; choose another or change its permissions"
                            .formatted(location.name(), text(folder)));
        }
    }

    private static String text(Path path) {
        return "file".equals(path.toUri().getScheme()) ? path.toUri().getPath() : path.toString();
    }

    private static java.nio.file.Path local(Location location) {
        return java.nio.file.Path.of(location.path().toUri().getPath());
    }

    public String name() {
        return location.name();
    }

    /** Whether both are one place. */
    public boolean isSameAs(OutputTarget other) {
        return location.path().equals(other.location.path());
    }

    public Location location() {
        return location;
    }

    /** The path on this machine's disks; only for local targets. */
    java.nio.file.Path localPath() {
        return local(location);
    }
}
