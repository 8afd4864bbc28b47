package foco.driver.file;

import foco.driver.block.InvalidInputException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.net.InetAddress;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.security.AccessControlException;

/**
 * An {@code .npy} file whose header has been read and whose length is right. Small and serializable: the driver opens it
 * once, and each task reads its own slice of the numbers, of which there may be more than an array can hold.
 */
public final class NpyFile implements Serializable {
    private static final long serialVersionUID = 1;

    private final Location location;
    private final NpyHeader header;

    NpyFile(Location location, NpyHeader header) {
        this.location = location;
        this.header = header;
    }

    /**
     * Reads the header and checks the length.
     *
     * @param name a path, or the URI of a file in any file system that Hadoop knows; a tensor of a safetensors file as
     *     {@code FILE.safetensors:TENSOR}
     * @throws InvalidInputException if there is no such file, or it is not a whole {@code .npy} file of numbers in C order
     * @throws IOException if the file system fails
     */
    public static NpyFile open(String name, Configuration hadoop) throws IOException {
        Optional<SafetensorsName> tensor = SafetensorsName.of(name);
        if (tensor.isPresent()) {
            return ofTensor(tensor.get(), hadoop);
        }
        Location location = Location.of(name, hadoop);
        FileSystem fileSystem = location.fileSystem(hadoop);
        FileStatus status = location.status(hadoop);
        if (status.isDirectory()) {
            throw new InvalidInputException(name + " is a directory; give an .npy file");
        }
        try (InputStream in = fileSystem.open(location.path())) {
            NpyHeader header = NpyHeader.read(in, name);
            checkLength(name, header, status.getLen() - header.dataOffset());
            return new NpyFile(location, header);
        } catch (AccessControlException | FileNotFoundException e) {
            // The file is there; the local file system reports a forbidden file as one not found.
            throw new InvalidInputException(name + " may not be read by this user; change its permissions");
        } catch (IOException e) {
            throw location.unreachable(e);
        }
    }

    private static NpyFile ofTensor(SafetensorsName name, Configuration hadoop) throws IOException {
        Safetensors tensors = Safetensors.open(name.file(), hadoop);
        return name.tensor().isPresent() ? tensors.array(name.tensor().get()) : tensors.only();
    }

    private static void checkLength(String name, NpyHeader header, long held) {
        if (held == header.dataBytes()) {
            return;
        }
        String shape = header.shape().isEmpty()
                ? "one " + header.type().numpyName()
                : String.join(
                                " x ",
                                header.shape().stream().map(String::valueOf).toList()) + " "
                        + header.type().numpyName();
        throw new InvalidInputException("%s %s: header says %s = %,d bytes, file holds %,d; copy or save it again"
                .formatted(
                        name,
                        held < header.dataBytes() ? "is cut short" : "is too long",
                        shape,
                        header.dataBytes(),
                        held));
    }

    public String name() {
        return location.name();
    }

    public NpyHeader header() {
        return header;
    }

    /** Whether both names lead to one place. */
    public boolean isAt(OutputTarget target) {
        return location.path().equals(target.location().path());
    }

    /**
     * Opens the file for reading slices; to be closed by the caller. Runs on whatever machine has a task for it.
     *
     * @throws InvalidInputException if this machine does not see the file that the driver saw
     */
    public NpyReader reader(Configuration hadoop) throws IOException {
        try {
            return new NpyReader(name(), header, location.fileSystem(hadoop).open(location.path()));
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
