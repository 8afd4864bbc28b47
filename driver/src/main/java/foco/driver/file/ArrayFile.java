package foco.driver.file;

import foco.driver.block.InvalidInputException;
import foco.driver.storage.Location;
import foco.driver.storage.OutputTarget;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.net.InetAddress;
import org.apache.hadoop.conf.Configuration;

/**
 * An array in a file whose header has been read and whose length is right. Small and serializable: the driver opens it
 * once, and each task reads its own slice of the numbers, of which there may be more than a Java array can hold.
 */
public final class ArrayFile implements Serializable {
    private static final long serialVersionUID = 1;

    private final Location location;
    private final ArrayHeader header;

    ArrayFile(Location location, ArrayHeader header) {
        this.location = location;
        this.header = header;
    }

    /**
     * Finds an array in a file of any of {@link FileFormats}' formats.
     *
     * @param name a path, or the URI of a file in any file system that Hadoop knows; a tensor of a safetensors file as
     *     {@code FILE.safetensors:TENSOR}
     * @throws InvalidInputException if there is no such array, or its file is not whole
     * @throws IOException if the file system fails
     */
    public static ArrayFile open(String name, Configuration hadoop) throws IOException {
        return FileFormats.ofArray(name).open(name, hadoop);
    }

    public String name() {
        return location.name();
    }

    public ArrayHeader header() {
        return header;
    }

    /** Whether both names lead to one place. */
    public boolean isAt(OutputTarget target) {
        return location.path().equals(target.location().path());
    }

    /**
     * Opens the file for reading slices; to be closed by the caller. Runs on any machine that has a task for it.
     *
     * @throws InvalidInputException if this machine does not see the file that the driver saw
     */
    public ArrayReader reader(Configuration hadoop) throws IOException {
        try {
            return new ArrayReader(name(), header, location.fileSystem(hadoop).open(location.path()));
        } catch (FileNotFoundException e) {
            throw new InvalidInputException(
                    "%s is not to be seen on worker %s; put it where every worker can read it, such as hdfs: or s3a:"
                            .formatted(name(), InetAddress.getLocalHost().getHostName()));
        }
    }

    @Override
    public String toString() {
        return name() + " " + header;
    }
}
