package foco.jobs;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.spark.SparkConf;
import org.apache.spark.io.CompressionCodec;

/** A disk of Spark's temporary files ({@code spark.local.dir}) on which each may have {@value #ROOM} bytes and no more. */
public final class FullLocalDisk implements CompressionCodec {

    static final int ROOM = 2000;

    /** As Spark makes it. */
    public FullLocalDisk(SparkConf conf) {
        // There is nothing to set.
    }

    @Override
    public OutputStream compressedOutputStream(OutputStream file) {
        return new FilterOutputStream(file) {
            private long left = ROOM;

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                left -= length;
                if (left < 0) {
                    throw new IOException("No space left on device");
                }
                out.write(bytes, offset, length);
            }
        };
    }

    @Override
    public InputStream compressedInputStream(InputStream file) {
        return file;
    }
}
