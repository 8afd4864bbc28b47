package foco.jobs.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.List;

/** Writes a float32 {@code .npy} file from blocks of tokens that hold all heads, in any order of the blocks. */
public final class NpyWriter {
    private static final int BUFFER_BYTES = 1 << 20;

    private final String name;
    private final FileChannel channel;
    private final HeadLayout layout;
    private final long dataOffset;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final long elements;
    private long written;

    /** @param shape the array's shape, which has as many elements as the layout but may leave out a width of 1 */
    NpyWriter(String name, FileChannel channel, HeadLayout layout, List<Long> shape) throws IOException {
        this.name = name;
        this.channel = channel;
        this.layout = layout;
        this.elements = new NpyHeader(NpyType.FLOAT32, shape, 0).elements();
        byte[] header = NpyHeader.float32(shape);
        this.dataOffset = header.length;
        writeFully(ByteBuffer.wrap(header), 0);
    }

    /**
     * Writes tokens {@code first} to {@code first + rows - 1} of a sequence.
     *
     * @param values {@code [rows, heads*width]}
     */
    public void write(int sequence, long first, int rows, float[] values) throws IOException {
        if ((long) rows * layout.tokenWidth() != values.length) {
            throw new IllegalArgumentException(
                    "%d rows of %d numbers are not %d numbers".formatted(rows, layout.tokenWidth(), values.length));
        }
        if (layout.form() == HeadLayout.Form.TOKENS) {
            writeRun(layout.offset(sequence, 0, first), values);
        } else {
            writeByHead(sequence, first, rows, values);
        }
        written += values.length;
    }

    private void writeByHead(int sequence, long first, int rows, float[] values) throws IOException {
        int width = layout.width();
        float[] run = new float[rows * width];
        for (int head = 0; head < layout.heads(); head++) {
            for (int i = 0; i < rows; i++) {
                System.arraycopy(values, i * layout.tokenWidth() + head * width, run, i * width, width);
            }
            writeRun(layout.offset(sequence, head, first), run);
        }
    }

    private void writeRun(long element, float[] run) throws IOException {
        int fits = buffer.capacity() / Float.BYTES;
        for (int done = 0; done < run.length; done += fits) {
            int some = Math.min(fits, run.length - done);
            buffer.clear();
            buffer.asFloatBuffer().put(run, done, some);
            buffer.limit(some * Float.BYTES);
            writeFully(buffer, dataOffset + (element + done) * Float.BYTES);
        }
    }

    private void writeFully(ByteBuffer bytes, long position) throws IOException {
        try {
            long at = position;
            while (bytes.hasRemaining()) {
                at += channel.write(bytes, at);
            }
        } catch (IOException e) {
            throw new IOException("%s cannot be written: %s".formatted(name, e.getMessage()), e);
        }
    }

    /** @throws IllegalStateException unless as many numbers were written as the array has */
    void checkWhole() {
        if (written != elements) {
            throw new IllegalStateException(
                    "%s is incomplete: %,d of %,d numbers were written".formatted(name, written, elements));
        }
    }
}
