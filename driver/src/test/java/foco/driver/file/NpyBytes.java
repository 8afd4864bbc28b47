package foco.driver.file;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Files as NumPy's format description (NEP 1) defines them, put together by hand. */
final class NpyBytes {
    private NpyBytes() {}

    /** Version 1.0, 2.0 or 3.0 with the given dictionary and numbers. */
    static byte[] file(int version, String dictionary, byte[] data) {
        int lengthBytes = version == 1 ? 2 : 4;
        int unpadded = 6 + 2 + lengthBytes + dictionary.length() + 1;
        String header = dictionary + " ".repeat((64 - unpadded % 64) % 64) + "\n";
        ByteBuffer length = ByteBuffer.allocate(lengthBytes).order(ByteOrder.LITTLE_ENDIAN);
        if (version == 1) {
            length.putShort((short) header.length());
        } else {
            length.putInt(header.length());
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes("\u0093NUMPY".getBytes(StandardCharsets.ISO_8859_1));
        bytes.write(version);
        bytes.write(0);
        bytes.writeBytes(length.array());
        bytes.writeBytes(header.getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(data);
        return bytes.toByteArray();
    }

    static byte[] file(String descr, String shape, byte[] data) {
        return file(1, "{'descr': '%s', 'fortran_order': False, 'shape': %s, }".formatted(descr, shape), data);
    }

    static byte[] floats(ByteOrder order, float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(order);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    static byte[] float32(String shape, float... values) {
        return file("<f4", shape, floats(ByteOrder.LITTLE_ENDIAN, values));
    }
}
