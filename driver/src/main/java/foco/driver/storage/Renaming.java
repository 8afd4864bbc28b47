package foco.driver.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/**
 * Gives an output its name in one step. Hadoop says what a rename does to a target that exists in its newer interface only,
 * {@link FileContext}; a file system that lacks that one can name what is new, and replace nothing.
 */
final class Renaming {
    private final FileSystem fileSystem;
    private final Optional<FileContext> context;

    private Renaming(FileSystem fileSystem, Optional<FileContext> context) {
        this.fileSystem = fileSystem;
        this.context = context;
    }

    /** The renaming that a path's file system offers. */
    static Renaming in(Path path, Configuration hadoop) throws IOException {
        FileSystem fileSystem = path.getFileSystem(hadoop);
        try {
            return new Renaming(fileSystem, Optional.of(FileContext.getFileContext(path.toUri(), hadoop)));
        } catch (UnsupportedFileSystemException e) {
            return new Renaming(fileSystem, Optional.empty());
        }
    }

    /** Whether a file can be put in the place of another in one step. */
    boolean replaces() {
        return context.isPresent();
    }

    /** Renames a file; one that has the name already is replaced, if that {@link #replaces can be}. */
    void replace(Path from, Path to) throws IOException {
        if (context.isPresent()) {
            context.get().rename(from, to, Options.Rename.OVERWRITE);
        } else {
            move(from, to);
        }
    }

    /** Renames a file or a directory; never over what has the name already, nor into it. */
    void move(Path from, Path to) throws IOException {
        if (context.isPresent()) {
            context.get().rename(from, to);
            return;
        }
        if (fileSystem.exists(to)) {
            throw new FileAlreadyExistsException(to + " exists already; name another");
        }
        if (!fileSystem.rename(from, to)) {
            throw new IOException(from + " could not be renamed");
        }
    }

    /**
     * Creates something small beside a target, names it as the output will be named, and removes it.
     *
     * @param file whether to try with a file, over another one if that can be; or with a directory
     * @throws IOException if any of it fails
     */
    void tryBeside(Path target, boolean file) throws IOException {
        Path from = new Path(target.getParent(), PendingOutput.hidden(target));
        Path to = new Path(target.getParent(), PendingOutput.hidden(target));
        try {
            if (file) {
                fileSystem.create(from, false).close();
                if (replaces()) {
                    fileSystem.create(to, false).close();
                }
                replace(from, to);
            } else {
                if (!fileSystem.mkdirs(from)) {
                    throw new IOException("no folder can be made");
                }
                move(from, to);
            }
            if (!fileSystem.exists(to)) {
                throw new FileNotFoundException("what was renamed is not there");
            }
        } finally {
            fileSystem.delete(from, true);
            fileSystem.delete(to, true);
        }
    }
}
