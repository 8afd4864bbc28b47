package foco.driver.file;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.kernels.tile.KeyValueType;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;

/**
 * The type of an array's numbers in a file.
 *
 * @param kind the number's form and size
 * @param bigEndian whether its most significant byte comes first; of no meaning for one-byte kinds
 */
@DefaultSerializer(JavaSerializer.class)
public record NumberType(Kind kind, boolean bigEndian) implements Serializable {
    /** What Foco writes. */
    public static final NumberType FLOAT32 = new NumberType(Kind.FLOAT32, false);

    /** The forms of number that Foco reads. */
    public enum Kind {
        FLOAT16(2),
        BFLOAT16(2),
        FLOAT32(4),
        FLOAT64(8),
        BOOL(1),
        INT32(4),
        INT64(8);

        private final int bytes;

        Kind(int bytes) {
            this.bytes = bytes;
        }
    }

    /** Bytes that one element takes. */
    public int bytes() {
        return kind.bytes;
    }

    public boolean isFloat() {
        return switch (kind) {
            case FLOAT16, BFLOAT16, FLOAT32, FLOAT64 -> true;
            case BOOL, INT32, INT64 -> false;
        };
    }

    /** Whether it is a float of two bytes. */
    public boolean isHalf() {
        return isFloat() && bytes() == Short.BYTES;
    }

    /** NumPy's name, such as {@code float32}. */
    public String numpyName() {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    /** Decodes {@code count} elements from the buffer's position on; numbers beyond float32's range become infinite. */
    void decode(ByteBuffer from, float[] to, int at, int count) {
        from.order(order());
        switch (kind) {
            case FLOAT32 -> from.asFloatBuffer().get(to, at, count);
            case FLOAT16 -> widen(KeyValueType.FLOAT16, from, to, at, count);
            case BFLOAT16 -> widen(KeyValueType.BFLOAT16, from, to, at, count);
            case FLOAT64 -> {
                for (int i = 0; i < count; i++) {
                    to[at + i] = (float) from.getDouble(from.position() + 8 * i);
                }
            }
            case BOOL, INT32, INT64 -> throw new IllegalArgumentException(numpyName() + " elements are not floats");
        }
    }

    private static void widen(KeyValueType type, ByteBuffer from, float[] to, int at, int count) {
        for (int i = 0; i < count; i++) {
            to[at + i] = type.widen(from.getShort(from.position() + 2 * i));
        }
    }

    /** Decodes the element at the buffer's position as it stands in the file. */
    double floating(ByteBuffer from) {
        from.order(order());
        return switch (kind) {
            case FLOAT16 -> KeyValueType.FLOAT16.widen(from.getShort(from.position()));
            case BFLOAT16 -> KeyValueType.BFLOAT16.widen(from.getShort(from.position()));
            case FLOAT32 -> from.getFloat(from.position());
            case FLOAT64 -> from.getDouble(from.position());
            case BOOL, INT32, INT64 -> throw new IllegalArgumentException(numpyName() + " elements are not floats");
        };
    }

    /** Decodes the element at the buffer's position; a bool is 0 or 1. */
    long integral(ByteBuffer from) {
        from.order(order());
        return switch (kind) {
            case BOOL -> from.get(from.position()) == 0 ? 0 : 1;
            case INT32 -> from.getInt(from.position());
            case INT64 -> from.getLong(from.position());
            case FLOAT16, BFLOAT16, FLOAT32, FLOAT64 ->
                throw new IllegalArgumentException(numpyName() + " elements are not integers");
        };
    }

    private ByteOrder order() {
        return bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    }
}
