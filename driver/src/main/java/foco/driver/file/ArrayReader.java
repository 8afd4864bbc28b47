package foco.driver.file;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Objects;
import org.apache.hadoop.fs.FSDataInputStream;

/** Slices of an array in an open file, by the index of an element in C order. Not for use by several threads. */
public final class ArrayReader implements Closeable {
    private static final int CHUNK_BYTES = 1 << 20;

    private final String name;
    private final ArrayHeader header;
    private final FSDataInputStream in;
    private final ByteBuffer chunk;

    ArrayReader(String name, ArrayHeader header, FSDataInputStream in) {
        this.name = name;
        this.header = header;
        this.in = in;
        this.chunk = ByteBuffer.allocate((int)
                Math.min(CHUNK_BYTES, Math.max(header.dataBytes(), header.type().bytes())));
    }

    /**
     * Reads {@code count} float elements from index {@code first} on into {@code to}, from {@code at} on. A float64 beyond
     * float32's range becomes infinite; {@link #floating} tells what it was.
     */
    public void read(long first, float[] to, int at, int count) throws IOException {
        Objects.checkFromIndexSize(first, count, header.elements());
        int fits = chunk.capacity() / header.type().bytes();
        for (int done = 0; done < count; done += fits) {
            int some = Math.min(fits, count - done);
            fill(first + done, some);
            header.type().decode(chunk, to, at + done, some);
        }
    }

    /** Reads {@code count} bool elements from index {@code first} on, as the bits from 0 on. */
    public BitSet bits(long first, int count) throws IOException {
        Objects.checkFromIndexSize(first, count, header.elements());
        BitSet bits = new BitSet(count);
        for (int done = 0; done < count; done += chunk.capacity()) {
            int some = Math.min(chunk.capacity(), count - done);
            fill(first + done, some);
            for (int i = 0; i < some; i++) {
                bits.set(done + i, chunk.get(i) != 0);
            }
        }
        return bits;
    }

    /** The float element at an index, as it stands in the file. */
    public double floating(long index) throws IOException {
        Objects.checkIndex(index, header.elements());
        fill(index, 1);
        return header.type().floating(chunk);
    }

    /** Reads {@code count} integer or bool elements from index {@code first} on; a bool is 0 or 1. */
    public long[] integers(long first, int count) throws IOException {
        Objects.checkFromIndexSize(first, count, header.elements());
        long[] values = new long[count];
        int fits = chunk.capacity() / header.type().bytes();
        for (int done = 0; done < count; done += fits) {
            int some = Math.min(fits, count - done);
            fill(first + done, some);
            for (int i = 0; i < some; i++) {
                values[done + i] =
                        header.type().integral(chunk.position(i * header.type().bytes()));
            }
        }
        return values;
    }

    private void fill(long first, int count) throws IOException {
        int bytes = count * header.type().bytes();
        try {
            in.readFully(header.dataOffset() + first * header.type().bytes(), chunk.array(), 0, bytes);
        } catch (EOFException e) {
            throw new IOException(name + " became shorter while it was read; run again when nobody writes to it", e);
        }
        chunk.clear().limit(bytes);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
