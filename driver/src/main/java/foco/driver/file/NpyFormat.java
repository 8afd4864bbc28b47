package foco.driver.file;

import foco.driver.block.InvalidInputException;
import foco.driver.storage.Location;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.security.AccessControlException;

/** NumPy's files of one array, as numpy.save writes them. */
final class NpyFormat implements ArrayFormat {

    @Override
    public String ending() {
        return ".npy";
    }

    /** @throws InvalidInputException if there is no such file, or it is not a whole {@code .npy} file of numbers in C order */
    @Override
    public ArrayFile open(String name, Configuration hadoop) throws IOException {
        Location location = Location.of(name, hadoop);
        FileSystem fileSystem = location.fileSystem(hadoop);
        FileStatus status = location.status(hadoop);
        if (status.isDirectory()) {
            throw new InvalidInputException(name + " is a directory; give an .npy file");
        }
        try (InputStream in = fileSystem.open(location.path())) {
            ArrayHeader header = NpyHeader.read(in, name);
            checkLength(name, header, status.getLen() - header.dataOffset());
            return new ArrayFile(location, header);
        } catch (AccessControlException | FileNotFoundException e) {
            // The file is there; the local file system reports a forbidden file as one not found.
            throw new InvalidInputException(name + " may not be read by this user; change its permissions");
        } catch (IOException e) {
            throw location.unreachable(e);
        }
    }

    private static void checkLength(String name, ArrayHeader header, long held) {
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

    @Override
    public ArrayName split(String name) {
        return new ArrayName(name, "");
    }

    @Override
    public byte[] header(String array, List<Long> shape) {
        return NpyHeader.float32(shape);
    }
}
