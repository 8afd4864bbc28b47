package foco.driver.file;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;

/** The rotary positions of consecutive tokens: those of a file, or the tokens' own where there is none. */
final class PositionReader implements Closeable {
    private final Optional<ArrayReader> reader;
    /** How far on in the file the positions of the next sequence stand; 0 where all sequences have the same. */
    private final long stride;

    private PositionReader(Optional<ArrayReader> reader, long stride) {
        this.reader = reader;
        this.stride = stride;
    }

    /**
     * Opens a file for reading; to be closed by the caller.
     *
     * @param file integers, {@code [sequences, tokens]} or {@code [tokens]}
     * @param layout of the tokens
     */
    static PositionReader open(Optional<ArrayFile> file, HeadLayout layout, Configuration hadoop) throws IOException {
        if (file.isEmpty()) {
            return new PositionReader(Optional.empty(), 0);
        }
        boolean each = file.get().header().shape().size() == 2;
        return new PositionReader(Optional.of(file.get().reader(hadoop)), each ? layout.tokens() : 0);
    }

    /** Those of tokens {@code first} to {@code first + count - 1} of a sequence. */
    long[] read(int sequence, long first, int count) throws IOException {
        return reader.isPresent()
                ? reader.get().integers(sequence * stride + first, count)
                : LongStream.range(first, first + count).toArray();
    }

    @Override
    public void close() throws IOException {
        if (reader.isPresent()) {
            reader.get().close();
        }
    }
}
