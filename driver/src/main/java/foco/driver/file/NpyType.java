package foco.driver.file;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.kernels.tile.KeyValueType;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.Optional;

/**
 * Element type of an {@code .npy} file: what NumPy calls a dtype, such as {@code <f4}.
 *
 * @param kind the number's form and size
 * @param bigEndian whether its most significant byte comes first; of no meaning for one-byte kinds
 */
@DefaultSerializer(JavaSerializer.class)
public record NpyType(Kind kind, boolean bigEndian) implements Serializable {
    /** What Foco writes. */
    public static final NpyType FLOAT32 = new NpyType(Kind.FLOAT32, false);

    /** The forms of number that Foco reads. */
    public enum Kind {
        FLOAT16("f2", 2),
        /** Two bytes without a meaning of NumPy's own: what numpy.save makes of ml_dtypes' bfloat16. */
        BFLOAT16("V2", 2),
        FLOAT32("f4", 4),
        FLOAT64("f8", 8),
        BOOL("b1", 1),
        INT32("i4", 4),
        INT64("i8", 8);

        private final String code;
        private final int bytes;

        Kind(String code, int bytes) {
            this.code = code;
            this.bytes = bytes;
        }
    }

    /** The type that NumPy writes as {@code descr}, or nothing if Foco does not read it. */
    static Optional<NpyType> parse(String descr) {
        for (Kind kind : Kind.values()) {
            // "|" is NumPy's mark for "byte order does not apply".
            boolean ordered = descr.startsWith("<") || descr.startsWith(">");
            boolean unordered = kind.bytes == 1 || kind == Kind.BFLOAT16;
            boolean marked = ordered || unordered && descr.startsWith("|");
            if (marked && descr.substring(1).equals(kind.code)) {
                return Optional.of(new NpyType(kind, descr.startsWith(">")));
            }
        }
        return Optional.empty();
    }

    /** NumPy's spelling, such as {@code <f4}. */
    public String descr() {
        return (kind.bytes == 1 ? "|" : bigEndian ? ">" : "<") + kind.code;
    }

    /** Bytes that one element takes. */
    public int bytes() {
        return kind.bytes;
    }

    public boolean isFloat() {
        return kind.code.startsWith("f") || kind == Kind.BFLOAT16;
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
