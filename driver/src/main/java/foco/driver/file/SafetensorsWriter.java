package foco.driver.file;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import foco.kernels.tile.KeyValueType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes a safetensors file from front to back: the header, then the numbers of one tensor after another, in pieces of any
 * size. The caller closes the channel.
 */
public final class SafetensorsWriter {

    private static final int ALIGNMENT = 8;
    private static final int BUFFER_BYTES = 1 << 16;

    private final String name;
    private final WritableByteChannel channel;
    private final List<Tensor> tensors;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private int current;
    private long written;

    /** What the numbers of a tensor are kept as. */
    public enum Type {
        F32(4),
        F16(2),
        BF16(2),
        I32(4);

        private final int bytes;

        Type(int bytes) {
            this.bytes = bytes;
        }
    }

    /** @param shape the lengths of its dimensions, slowest first */
    public record Tensor(String name, Type type, List<Long> shape) {

        long elements() {
            return shape.stream().reduce(1L, Math::multiplyExact);
        }
    }

    /**
     * Writes the header.
     *
     * @param name the file, for messages
     * @param tensors in the order in which they will be written
     */
    public SafetensorsWriter(String name, WritableByteChannel channel, List<Tensor> tensors) throws IOException {
        this.name = name;
        this.channel = channel;
        this.tensors = List.copyOf(tensors);
        ObjectMapper json = new ObjectMapper();
        ObjectNode header = json.createObjectNode();
        long offset = 0;
        for (Tensor tensor : tensors) {
            long end = offset + tensor.elements() * tensor.type.bytes;
            ObjectNode entry = header.putObject(tensor.name);
            entry.put("dtype", tensor.type.name());
            tensor.shape.forEach(entry.putArray("shape")::add);
            entry.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        byte[] text = header.toString().getBytes(StandardCharsets.UTF_8);
        int blanks = Math.floorMod(-text.length, ALIGNMENT);
        ByteBuffer start =
                ByteBuffer.allocate(Long.BYTES + text.length + blanks).order(ByteOrder.LITTLE_ENDIAN);
        start.putLong(text.length + blanks).put(text).put(" ".repeat(blanks).getBytes(StandardCharsets.US_ASCII));
        writeFully(start.flip());
    }

    /** Writes the next numbers of a tensor of floats. */
    public void write(String tensor, float... values) throws IOException {
        Type type = advance(tensor, values.length);
        for (float value : values) {
            room(type);
            switch (type) {
                case F32 -> buffer.putFloat(value);
                case F16 -> buffer.putShort(KeyValueType.FLOAT16.narrow(value));
                case BF16 -> buffer.putShort(KeyValueType.BFLOAT16.narrow(value));
                case I32 -> throw new IllegalArgumentException(tensor + " holds whole numbers");
            }
        }
    }

    /** Writes the next numbers of a tensor of whole numbers. */
    public void write(String tensor, int... values) throws IOException {
        Type type = advance(tensor, values.length);
        if (type != Type.I32) {
            throw new IllegalArgumentException(tensor + " holds floats");
        }
        for (int value : values) {
            room(type);
            buffer.putInt(value);
        }
    }

    /** Goes on to the next tensor where one is whole. */
    private Type advance(String tensor, int count) {
        while (current < tensors.size() && written == tensors.get(current).elements()) {
            current++;
            written = 0;
        }
        if (current == tensors.size() || !tensors.get(current).name.equals(tensor)) {
            throw new IllegalArgumentException("%s: the next tensor is %s, not %s"
                    .formatted(name, current == tensors.size() ? "none" : tensors.get(current).name, tensor));
        }
        if (written + count > tensors.get(current).elements()) {
            throw new IllegalArgumentException("%s: %s has %,d numbers, and %,d were given"
                    .formatted(name, tensor, tensors.get(current).elements(), written + count));
        }
        written += count;
        return tensors.get(current).type;
    }

    private void room(Type type) throws IOException {
        if (buffer.remaining() < type.bytes) {
            writeFully(buffer.flip());
            buffer.clear();
        }
    }

    private void writeFully(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /**
     * Writes what is left.
     *
     * @throws IllegalStateException unless all numbers of all tensors were written
     */
    public void finish() throws IOException {
        writeFully(buffer.flip());
        buffer.clear();
        boolean whole = tensors.isEmpty()
                || current >= tensors.size() - 1
                        && written == tensors.get(tensors.size() - 1).elements();
        if (!whole) {
            throw new IllegalStateException(
                    "%s is incomplete: %s is not whole".formatted(name, tensors.get(current).name));
        }
    }
}
