package foco.kernels.tile;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Arrays of numbers as arrays of bytes, little-endian: Java's serialization copies bytes in bulk, and handles other
 * numbers one by one.
 */
public final class Floats {

    private Floats() {}

    /** The bytes of an array. */
    public static byte[] bytes(float[] values) {
        return bytes(values, 0, values.length);
    }

    /** The bytes of a part of an array. */
    public static byte[] bytes(float[] values, int offset, int count) {
        byte[] bytes = new byte[Math.multiplyExact(count, Float.BYTES)];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values, offset, count);
        return bytes;
    }

    /** The bytes of an array of numbers that take two each. */
    public static byte[] bytes(short[] values) {
        return bytes(values, 0, values.length);
    }

    /** The bytes of a part of such an array. */
    public static byte[] bytes(short[] values, int offset, int count) {
        byte[] bytes = new byte[Math.multiplyExact(count, Short.BYTES)];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().put(values, offset, count);
        return bytes;
    }

    /** The array of shorts of which these are the bytes. */
    public static short[] shorts(byte[] bytes) {
        short[] values = new short[bytes.length / Short.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().get(values);
        return values;
    }

    /** Reads the shorts of which these are the bytes into a part of an array. */
    public static void read(byte[] bytes, short[] to, int offset) {
        ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asShortBuffer()
                .get(to, offset, bytes.length / Short.BYTES);
    }

    /** The array of which these are the bytes. */
    public static float[] of(byte[] bytes) {
        float[] values = new float[bytes.length / Float.BYTES];
        read(bytes, values, 0);
        return values;
    }

    /** Reads the numbers of which these are the bytes into a part of an array. */
    public static void read(byte[] bytes, float[] to, int offset) {
        ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(to, offset, bytes.length / Float.BYTES);
    }
}
