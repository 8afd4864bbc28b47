package foco.driver.file;

import foco.driver.storage.PendingFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/** Writes a float32 array in a file from blocks of tokens that hold all heads, in any order of the blocks. */
public final class ArrayWriter {
    private final String name;
    private final Optional<Path> path;
    private final HeadLayout layout;
    private final long dataOffset;
    private final ArrayPart.Open data;
    private long written;

    /** @param header what stands before the numbers */
    ArrayWriter(PendingFile file, byte[] header, HeadLayout layout) throws IOException {
        this.name = file.name();
        this.path = file.path();
        this.layout = layout;
        this.dataOffset = header.length;
        this.data = new ArrayPart.Open(name, file.channel(), layout, dataOffset);
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

    /** The file for tasks to write to, if its file system can write anywhere in a file. */
    Optional<ArrayPart> part() {
        return path.map(file -> new ArrayPart(name, file.toString(), layout, dataOffset));
    }

    /** Tasks have written so many tokens, of all sequences. */
    void writtenByTasks(long tokens) {
        written += tokens * layout.tokenWidth();
    }

    /** The bytes of all numbers. */
    long bytes() {
        return layout.elements() * Float.BYTES;
    }

    /** @throws IllegalStateException unless as many numbers were written as the array has */
    void checkWhole() {
        if (written != layout.elements()) {
            throw new IllegalStateException(
                    "%s is incomplete: %,d of %,d numbers were written".formatted(name, written, layout.elements()));
        }
    }
}
