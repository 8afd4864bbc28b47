package foco.driver.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Writes a float32 {@code .npy} file from blocks of tokens that hold all heads, in any order of the blocks. */
public final class NpyWriter {
    private final String name;
    private final Optional<Path> path;
    private final HeadLayout layout;
    private final long dataOffset;
    private final NpyPart.Open data;
    private final long elements;
    private long written;

    /**
     * @param path of the file that will be the output, if it lies on this machine's disks already
     * @param shape the array's shape, which has as many elements as the layout but may leave out a width of 1
     */
    NpyWriter(String name, FileChannel channel, Optional<Path> path, HeadLayout layout, List<Long> shape)
            throws IOException {
        this.name = name;
        this.path = path;
        this.layout = layout;
        this.elements = new NpyHeader(NpyType.FLOAT32, shape, 0).elements();
        byte[] header = NpyHeader.float32(shape);
        this.dataOffset = header.length;
        this.data = new NpyPart.Open(name, channel, layout, dataOffset);
        data.writeFully(ByteBuffer.wrap(header), 0);
    }

    /**
     * Writes tokens {@code first} to {@code first + rows - 1} of a sequence.
     *
     * @param values {@code [rows, heads*width]}
     */
    public void write(int sequence, long first, int rows, float[] values) throws IOException {
        data.write(sequence, first, rows, values);
        written += values.length;
    }

    /** The file for tasks to write to, if it lies on this machine's disks. */
    public Optional<NpyPart> part() {
        return path.map(file -> new NpyPart(name, file.toString(), layout, dataOffset));
    }

    /** Tasks have written so many tokens, of all sequences. */
    public void writtenByTasks(long tokens) {
        written += tokens * layout.tokenWidth();
    }

    /** @throws IllegalStateException unless as many numbers were written as the array has */
    void checkWhole() {
        if (written != elements) {
            throw new IllegalStateException(
                    "%s is incomplete: %,d of %,d numbers were written".formatted(name, written, elements));
        }
    }
}
