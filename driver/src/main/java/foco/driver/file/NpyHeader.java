package foco.driver.file;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.block.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What stands before the numbers of an {@code .npy} file; format versions 1.0, 2.0 and 3.0 of NumPy's NEP 1.
 *
 * @param type the element type
 * @param shape the length of each dimension, slowest first (C order); empty for a single number
 * @param dataOffset bytes from the file's start to the first element
 */
@DefaultSerializer(JavaSerializer.class)
public record NpyHeader(NpyType type, List<Long> shape, long dataOffset) implements Serializable {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final byte[] ZIP_MAGIC = {'P', 'K', 3, 4};
    /** Numbers in a file that numpy.save wrote start at a multiple of this. */
    private static final int ALIGNMENT = 64;
    /** numpy.save leaves room for the first dimension to grow to this many digits in place. */
    private static final int GROWTH_DIGITS = 21;
    /** NumPy itself stops at 10,000 unless told to trust the file. */
    private static final int LONGEST_HEADER = 65_535;

    private static final int MOST_DIMENSIONS = 64;

    public NpyHeader {
        shape = List.copyOf(shape);
    }

    /**
     * Reads the header at the stream's start.
     *
     * @param name the file, as messages shall call it
     * @throws InvalidInputException if the stream does not start with the header of a file that Foco reads
     */
    static NpyHeader read(InputStream stream, String name) throws IOException {
        DataInputStream in = new DataInputStream(stream);
        byte[] magic = in.readNBytes(MAGIC.length);
        if (!Arrays.equals(magic, MAGIC)) {
            throw notNpy(magic, name);
        }
        try {
            int major = in.readUnsignedByte();
            int minor = in.readUnsignedByte();
            if (major < 1 || major > 3 || minor != 0) {
                throw new InvalidInputException(
                        "%s has .npy format version %d.%d, and Foco reads 1.0 to 3.0; save it again with numpy.save"
                                .formatted(name, major, minor));
            }
            int lengthBytes = major == 1 ? 2 : 4;
            byte[] lengthField = new byte[4];
            in.readFully(lengthField, 0, lengthBytes);
            long length = Integer.toUnsignedLong(
                    ByteBuffer.wrap(lengthField).order(ByteOrder.LITTLE_ENDIAN).getInt());
            if (length > LONGEST_HEADER) {
                throw new InvalidInputException(
                        "%s has a header of %,d bytes, which no array of numbers needs; save it again with numpy.save"
                                .formatted(name, length));
            }
            byte[] text = new byte[(int) length];
            in.readFully(text);
            long dataOffset = MAGIC.length + 2 + lengthBytes + length;
            // Version 3 allows UTF-8, for the names of fields, which Foco refuses anyway.
            return of(NpyLiteral.parse(new String(text, StandardCharsets.UTF_8), name), dataOffset, name);
        } catch (EOFException e) {
            throw new InvalidInputException(name + " is cut short within its header; copy or save it again");
        }
    }

    private static InvalidInputException notNpy(byte[] start, String name) {
        if (start.length == 0) {
            return new InvalidInputException(name + " is empty (0 bytes); save an array into it with numpy.save");
        }
        if (start.length >= ZIP_MAGIC.length && Arrays.equals(Arrays.copyOf(start, ZIP_MAGIC.length), ZIP_MAGIC)) {
            return new InvalidInputException(
                    name + " is an .npz archive; save each of its arrays as an .npy file with numpy.save");
        }
        return new InvalidInputException(
                name + " is not an .npy file (it does not start with \\x93NUMPY); save the array with numpy.save");
    }

    private static NpyHeader of(NpyLiteral literal, long dataOffset, String name) {
        String descr = literal.descr();
        if (descr.startsWith("|O")) {
            throw new InvalidInputException(name
                    + " holds pickled Python objects, which Foco does not load; save it with .astype(numpy.float32)");
        }
        NpyType type = NpyType.parse(descr)
                .orElseThrow(() -> new InvalidInputException(
                        "%s has dtype %s, and Foco reads float16, bfloat16, float32 and float64; save it with .astype(numpy.float32)"
                                .formatted(name, NpyLiteral.quoted(descr))));
        if (literal.fortranOrder()) {
            throw new InvalidInputException(
                    name + " is in Fortran order; save numpy.ascontiguousarray(array) in its place");
        }
        if (literal.shape().size() > MOST_DIMENSIONS) {
            throw new InvalidInputException(
                    "%s has %d dimensions, and NumPy's limit is %d; save it again with numpy.save"
                            .formatted(name, literal.shape().size(), MOST_DIMENSIONS));
        }
        NpyHeader header = new NpyHeader(type, literal.shape(), dataOffset);
        header.checkSize(name);
        return header;
    }

    private void checkSize(String name) {
        try {
            Math.addExact(dataOffset, Math.multiplyExact(elements(), type.bytes()));
        } catch (ArithmeticException e) {
            throw new InvalidInputException(
                    "%s claims shape %s, more than any file can hold; save it again with numpy.save"
                            .formatted(name, shapeText()));
        }
    }

    /** The number of elements: the product of the shape. */
    public long elements() {
        if (shape.contains(0L)) {
            return 0;
        }
        return shape.stream().reduce(1L, Math::multiplyExact);
    }

    /** @throws ArithmeticException if they are more than a long can count, as those of no file that {@link NpyFile} opens */
    public long dataBytes() {
        return Math.multiplyExact(elements(), type.bytes());
    }

    /** The shape as Python writes a tuple, such as {@code (20011, 128)}. */
    public String shapeText() {
        return shape.stream()
                .map(String::valueOf)
                .collect(Collectors.joining(", ", "(", shape.size() == 1 ? ",)" : ")"));
    }

    /** The header of a C-order float32 array, to the byte what numpy.save writes. */
    static byte[] float32(List<Long> shape) {
        String dictionary = "{'descr': '%s', 'fortran_order': False, 'shape': %s, }"
                .formatted(NpyType.FLOAT32.descr(), new NpyHeader(NpyType.FLOAT32, shape, 0).shapeText());
        if (!shape.isEmpty()) {
            dictionary += " ".repeat(GROWTH_DIGITS - shape.get(0).toString().length());
        }
        int used = MAGIC.length + 2 + 2 + dictionary.length() + 1;
        String text = dictionary + " ".repeat(ALIGNMENT - used % ALIGNMENT) + "\n";
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(MAGIC);
        bytes.write(1);
        bytes.write(0);
        bytes.write(text.length() & 0xff);
        bytes.write(text.length() >>> 8);
        bytes.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        return bytes.toByteArray();
    }

    @Override
    public String toString() {
        return shapeText() + " " + type.numpyName();
    }
}
