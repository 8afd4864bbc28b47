package foco.driver.file;

import foco.driver.block.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What stands before the numbers of an {@code .npy} file; format versions 1.0, 2.0 and 3.0 of NumPy's NEP 1. */
final class NpyHeader {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final byte[] ZIP_MAGIC = {'P', 'K', 3, 4};
    /** Numbers in a file that numpy.save wrote start at a multiple of this. */
    private static final int ALIGNMENT = 64;
    /** numpy.save leaves room for the first dimension to grow to this many digits in place. */
    private static final int GROWTH_DIGITS = 21;
    /** NumPy itself stops at 10,000 unless told to trust the file. */
    private static final int LONGEST_HEADER = 65_535;

    private static final int MOST_DIMENSIONS = 64;

    private static final String FLOAT32 = "<f4";
    /** NumPy's codes. Two bytes without a meaning of NumPy's own are what numpy.save makes of ml_dtypes' bfloat16. */
    private static final Map<String, NumberType.Kind> TYPES = Map.of(
            "f2", NumberType.Kind.FLOAT16,
            "V2", NumberType.Kind.BFLOAT16,
            "f4", NumberType.Kind.FLOAT32,
            "f8", NumberType.Kind.FLOAT64,
            "b1", NumberType.Kind.BOOL,
            "i4", NumberType.Kind.INT32,
            "i8", NumberType.Kind.INT64);

    private NpyHeader() {}

    /**
     * Reads the header at the stream's start.
     *
     * @param name the file, as messages call it
     * @throws InvalidInputException if the stream does not start with the header of a file that Foco reads
     */
    static ArrayHeader read(InputStream stream, String name) throws IOException {
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

    private static ArrayHeader of(NpyLiteral literal, long dataOffset, String name) {
        String descr = literal.descr();
        if (descr.startsWith("|O")) {
            throw new InvalidInputException(name
                    + " holds pickled Python objects, which Foco does not load; save it with .astype(numpy.float32)");
        }
        NumberType type = type(descr)
                .orElseThrow(() -> new InvalidInputException(
                        "%s has dtype %s, and Foco reads float16, bfloat16, float32 and float64; save it with .astype(numpy.float32)"
                                .formatted(name, Quotation.quoted(descr))));
        if (literal.fortranOrder()) {
            throw new InvalidInputException(
                    name + " is in Fortran order; save numpy.ascontiguousarray(array) in its place");
        }
        if (literal.shape().size() > MOST_DIMENSIONS) {
            throw new InvalidInputException(
                    "%s has %d dimensions, and NumPy's limit is %d; save it again with numpy.save"
                            .formatted(name, literal.shape().size(), MOST_DIMENSIONS));
        }
        ArrayHeader header = new ArrayHeader(type, literal.shape(), dataOffset);
        checkSize(header, name);
        return header;
    }

    /** The type that NumPy writes as {@code descr}, such as {@code <f4}, or nothing if Foco does not read it. */
    static Optional<NumberType> type(String descr) {
        NumberType.Kind kind = descr.isEmpty() ? null : TYPES.get(descr.substring(1));
        if (kind == null) {
            return Optional.empty();
        }
        // "|" is NumPy's mark for "byte order does not apply".
        boolean unordered = kind == NumberType.Kind.BOOL || kind == NumberType.Kind.BFLOAT16;
        return "<>".indexOf(descr.charAt(0)) >= 0 || unordered && descr.charAt(0) == '|'
                ? Optional.of(new NumberType(kind, descr.startsWith(">")))
                : Optional.empty();
    }

    private static void checkSize(ArrayHeader header, String name) {
        try {
            Math.addExact(header.dataOffset(), header.dataBytes());
        } catch (ArithmeticException e) {
            throw new InvalidInputException(
                    "%s claims shape %s, more than any file can hold; save it again with numpy.save"
                            .formatted(name, header.shapeText()));
        }
    }

    /** The header of a C-order float32 array, to the byte what numpy.save writes. */
    static byte[] float32(List<Long> shape) {
        String dictionary = "{'descr': '%s', 'fortran_order': False, 'shape': %s, }"
                .formatted(FLOAT32, new ArrayHeader(NumberType.FLOAT32, shape, 0).shapeText());
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
}
