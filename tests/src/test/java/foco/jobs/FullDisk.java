package foco.jobs;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Constructor;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;

/** A local disk on which a file may have {@value #ROOM} bytes and no more. */
public final class FullDisk extends RawLocalFileSystem {

    static final int ROOM = 2000;

    @Override
    public FSDataOutputStream create(
            Path path, boolean overwrite, int bufferSize, short replication, long blockSize, Progressable progress)
            throws IOException {
        return new FSDataOutputStream(
                limited(super.create(path, overwrite, bufferSize, replication, blockSize, progress)), null);
    }

    private static OutputStream limited(OutputStream out) {
        return new FilterOutputStream(out) {
            private long left = ROOM;

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                left -= length;
                if (left < 0) {
                    // As Hadoop's local file system does.
                    throw fullDisk();
                }
                out.write(bytes, offset, length);
            }
        };
    }

    /** Its constructor is Hadoop's alone. */
    private static FSError fullDisk() {
        try {
            Constructor<FSError> constructor = FSError.class.getDeclaredConstructor(Throwable.class);
            constructor.setAccessible(true);
            return constructor.newInstance(new IOException("No space left on device"));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
