package foco.driver.storage;

import foco.driver.block.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A folder that a command writes as a whole, and replaces the next time: but only if the note in it says that it was
 * written so, and nothing else lies in it.
 */
public final class NotedFolder {
    private static final String NOTE = "README.txt";
    /** What Hadoop's local file system lays beside a file. */
    private static final String CHECKSUM = ".crc";

    private final Location location;
    private final String firstLine;
    private final Set<String> entries;
    private final FileSystem fileSystem;

    /** Writes what shall lie in the folder. */
    public interface Contents {
        /** @param folder where to write; not yet the folder's own name */
        void write(NotedFolder into, Path folder) throws IOException;
    }

    private NotedFolder(Location location, String firstLine, Set<String> entries, FileSystem fileSystem) {
        this.location = location;
        this.firstLine = firstLine;
        this.entries = entries;
        this.fileSystem = fileSystem;
    }

    /**
     * Checks before any work that the folder can be written.
     *
     * @param name a folder that may exist; in any file system that Hadoop knows
     * @param firstLine of the note, by which the next command knows the folder again
     * @param entries the names of what will lie beside the note
     * @throws InvalidInputException if it is not a folder, holds what was not written so, or cannot be made there
     */
    public static NotedFolder open(String name, String firstLine, Set<String> entries, Configuration hadoop)
            throws IOException {
        Location location = Location.of(name, hadoop);
        NotedFolder folder = new NotedFolder(location, firstLine, entries, location.fileSystem(hadoop));
        if (folder.fileSystem.exists(location.path())) {
            folder.checkReplaceable();
            OutputTarget.replaceable(location, hadoop);
            OutputTarget.tryOut(location, hadoop);
        } else {
            OutputTarget.newDirectory(name, hadoop);
        }
        return folder;
    }

    private void checkReplaceable() throws IOException {
        if (!fileSystem.getFileStatus(location.path()).isDirectory()) {
            throw new InvalidInputException(location.name() + " is a file; name a folder");
        }
        FileStatus[] held = fileSystem.listStatus(location.path());
        for (FileStatus entry : held) {
            String name = entry.getPath().getName();
            if (!name.endsWith(CHECKSUM) && !name.equals(NOTE) && !entries.contains(name)) {
                throw refused(name);
            }
        }
        if (held.length > 0 && !isNoted()) {
            throw refused(held[0].getPath().getName());
        }
    }

    private InvalidInputException refused(String entry) {
        return new InvalidInputException("%s exists and holds what this command did not write (%s); name another folder"
                .formatted(location.name(), entry));
    }

    private boolean isNoted() throws IOException {
        Path note = new Path(location.path(), NOTE);
        if (!fileSystem.exists(note)) {
            return false;
        }
        byte[] wanted = firstLine.getBytes(StandardCharsets.UTF_8);
        try (InputStream in = fileSystem.open(note)) {
            return Arrays.equals(wanted, in.readNBytes(wanted.length));
        }
    }

    /**
     * Writes the folder anew. It appears whole, in place of what was there; if the writing fails, nothing has changed.
     *
     * @param note the note's lines after its first
     */
    public void replace(String note, Configuration hadoop, Contents contents) throws IOException {
        try (PendingOutputs pending = new PendingOutputs(hadoop)) {
            Path hidden = new Path(pending.directory(OutputTarget.replaceable(location, hadoop)));
            fileSystem.mkdirs(hidden);
            contents.write(this, hidden);
            text(hidden, NOTE, firstLine + "\n" + note);
            fileSystem.delete(location.path(), true);
            pending.commit();
        }
    }

    /** Writes a text file in UTF-8; to be called by {@link Contents}. */
    public void text(Path folder, String entry, String text) throws IOException {
        try (OutputStream out = fileSystem.create(new Path(folder, entry))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    public String name() {
        return location.name();
    }
}
