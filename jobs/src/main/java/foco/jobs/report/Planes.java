package foco.jobs.report;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Arrays as bytes, little-endian. Whole numbers go as planes, all lowest bytes, then all next ones: neighbours are alike
 * there, which compresses better.
 */
final class Planes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Planes bytes(byte[] values) {
        out.writeBytes(values);
        return this;
    }

    Planes text(String text) {
        return bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    Planes octet(int value) {
        out.write(value);
        return this;
    }

    /** One number of four bytes. */
    Planes number(int value) {
        return planes(Integer.BYTES, value);
    }

    Planes shorts(int... values) {
        return planes(Short.BYTES, values);
    }

    Planes ints(int... values) {
        return planes(Integer.BYTES, values);
    }

    private Planes planes(int width, int... values) {
        for (int plane = 0; plane < width; plane++) {
            for (int value : values) {
                out.write(value >>> plane * Byte.SIZE);
            }
        }
        return this;
    }

    Planes floats(float... values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return ints(bits);
    }

    byte[] toBytes() {
        return out.toByteArray();
    }
}
