package foco.driver.file;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Closeable;
import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * The numbers of a float32 array in a pending file that lies on the driver's disks or on those that machines share: several
 * tasks may write their blocks of tokens to it at a time, each where they belong.
 *
 * @param name as the user wrote it, for messages
 * @param path of the file, which exists
 * @param dataOffset of the first number
 */
@DefaultSerializer(JavaSerializer.class)
public record ArrayPart(String name, String path, HeadLayout layout, long dataOffset) implements Serializable {

    /**
     * Opens the file, to be closed by the caller; none if it cannot be opened on this machine. Its hidden name was drawn by
     * chance for this command, so that a file of this name is that file.
     */
    public Optional<Open> openIfSeen() {
        try {
            FileChannel channel = FileChannel.open(Path.of(path), StandardOpenOption.WRITE);
            return Optional.of(new Open(name, channel, layout, dataOffset));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** An open file, for one thread. */
    public static final class Open implements Closeable {
        private static final int BUFFER_BYTES = 1 << 20;

        private final String name;
        private final FileChannel channel;
        private final HeadLayout layout;
        private final long dataOffset;
        private final ByteBuffer buffer =
                ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);

        Open(String name, FileChannel channel, HeadLayout layout, long dataOffset) {
            this.name = name;
            this.channel = channel;
            this.layout = layout;
            this.dataOffset = dataOffset;
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

        void writeFully(ByteBuffer bytes, long position) throws IOException {
            try {
                long at = position;
                while (bytes.hasRemaining()) {
                    at += channel.write(bytes, at);
                }
            } catch (IOException e) {
                throw cannotBeWritten(e);
            }
        }

        /** Comes back when what was written is safe; only the machine that wrote it can see to that. */
        public void sync() throws IOException {
            try {
                channel.force(false);
            } catch (IOException e) {
                throw cannotBeWritten(e);
            }
        }

        private IOException cannotBeWritten(IOException e) {
            return new IOException("%s cannot be written: %s".formatted(name, e.getMessage()), e);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
