package foco.driver.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import foco.driver.block.InvalidInputException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyFormatTest {
    private static final Configuration HADOOP = new Configuration();
    private static final String GOOD = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";
    private static final byte[] TWO = new byte[8];

    @TempDir
    private Path folder;

    private ArrayFile open(byte[] bytes) throws IOException {
        return ArrayFile.open(Files.write(folder.resolve("K.npy"), bytes).toString(), HADOOP);
    }

    /** The one line that refuses the bytes, its file called K.npy. */
    private String refusal(byte[] bytes) throws IOException {
        Path path = Files.write(folder.resolve("K.npy"), bytes);
        String message = assertThrows(InvalidInputException.class, () -> ArrayFile.open(path.toString(), HADOOP))
                .getMessage();
        assertEquals(1, message.lines().count(), message);
        assertTrue(message.startsWith(path.toString()), message);
        return message.replace(path.toString(), "K.npy");
    }

    private static float[] floats(ArrayFile file) throws IOException {
        float[] values = new float[(int) file.header().elements()];
        try (ArrayReader reader = file.reader(HADOOP)) {
            reader.read(0, values, 0, values.length);
        }
        return values;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void readsEveryFormatVersion(int version) throws IOException {
        ArrayFile file = open(NpyBytes.file(version, GOOD, NpyBytes.floats(ByteOrder.LITTLE_ENDIAN, 1.5f, -2)));
        assertEquals(List.of(2L), file.header().shape());
        assertArrayEquals(new float[] {1.5f, -2}, floats(file));
    }

    static Stream<Arguments> floatTypes() {
        ByteBuffer little = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer big = ByteBuffer.allocate(16).order(ByteOrder.BIG_ENDIAN);
        little.putDouble(0.1).putDouble(-1e30);
        big.putDouble(0.1).putDouble(-1e30);
        return Stream.of(
                arguments("<V2", new byte[] {(byte) 0x80, 0x3f, (byte) 0x80, (byte) 0xc0}, new float[] {1, -4}),
                arguments("<f2", new byte[] {0x00, 0x3c, 0x00, (byte) 0xc4}, new float[] {1, -4}),
                arguments(">f2", new byte[] {0x3c, 0x00, (byte) 0xc4, 0x00}, new float[] {1, -4}),
                arguments("<f4", NpyBytes.floats(ByteOrder.LITTLE_ENDIAN, 0.1f, -3), new float[] {0.1f, -3}),
                arguments(">f4", NpyBytes.floats(ByteOrder.BIG_ENDIAN, 0.1f, -3), new float[] {0.1f, -3}),
                arguments("<f8", little.array(), new float[] {0.1f, -1e30f}),
                arguments(">f8", big.array(), new float[] {0.1f, -1e30f}));
    }

    @ParameterizedTest
    @MethodSource("floatTypes")
    void readsEveryFloatTypeInBothByteOrders(String descr, byte[] data, float[] expected) throws IOException {
        ArrayFile file = open(NpyBytes.file(descr, "(2,)", data));
        assertTrue(file.header().type().isFloat());
        assertEquals(descr.charAt(2) - '0', file.header().type().bytes());
        assertEquals(descr.startsWith(">"), file.header().type().bigEndian());
        assertArrayEquals(expected, floats(file));
        try (ArrayReader reader = file.reader(HADOOP)) {
            assertEquals(expected[1], (float) reader.floating(1));
        }
    }

    static Stream<Arguments> integerTypes() {
        return Stream.of(
                arguments("|b1", new byte[] {0, 1}, new long[] {0, 1}),
                arguments("<i4", new byte[] {7, 0, 0, 0, -1, -1, -1, -1}, new long[] {7, -1}),
                arguments(">i4", new byte[] {0, 0, 0, 7, -1, -1, -1, -2}, new long[] {7, -2}),
                arguments("<i8", new byte[] {1, 0, 0, 0, 0, 1, 0, 0, -1, -1, -1, -1, -1, -1, -1, 127}, new long[] {
                    (1L << 40) + 1, Long.MAX_VALUE
                }));
    }

    @ParameterizedTest
    @MethodSource("integerTypes")
    void readsBoolsAndIntegers(String descr, byte[] data, long[] expected) throws IOException {
        ArrayFile file = open(NpyBytes.file(descr, "(2,)", data));
        assertFalse(file.header().type().isFloat());
        try (ArrayReader reader = file.reader(HADOOP)) {
            assertArrayEquals(expected, reader.integers(0, 2));
            assertArrayEquals(new long[] {expected[1]}, reader.integers(1, 1));
        }
    }

    @Test
    void aServerThatDoesNotAnswerIsNamed() {
        assertEquals(
                "http://127.0.0.1:1/K.npy cannot be reached (Connection refused); check the path and its file system",
                assertThrows(IOException.class, () -> ArrayFile.open("http://127.0.0.1:1/K.npy", HADOOP))
                        .getMessage());
    }

    @Test
    void readsMoreIntegersThanABufferHolds() throws IOException {
        int count = 200_000;
        ByteBuffer data = ByteBuffer.allocate(count * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        data.asLongBuffer().put(LongStream.range(0, count).toArray());
        try (ArrayReader reader =
                open(NpyBytes.file("<i8", "(200000,)", data.array())).reader(HADOOP)) {
            assertArrayEquals(LongStream.range(5, count).toArray(), reader.integers(5, count - 5));
        }
    }

    @Test
    void readsASingleNumberAndAnArrayWithoutNumbers() throws IOException {
        assertArrayEquals(new float[] {9}, floats(open(NpyBytes.float32("()", 9))));
        assertArrayEquals(new float[0], floats(open(NpyBytes.float32("(3, 0, 5)"))));
    }

    @Test
    void readsTheLongIntegersOfPythonTwoAndKeysInAnyOrder() throws IOException {
        String dictionary = "{\"shape\": (1L, 2L), 'descr': \"<f4\", 'fortran_order': False}";
        assertEquals(
                List.of(1L, 2L),
                open(NpyBytes.file(1, dictionary, TWO)).header().shape());
    }

    @Test
    void readsSlicesLongerThanOneReadTakes() throws IOException {
        float[] values = new float[700_001];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        ArrayFile file = open(NpyBytes.float32("(700001,)", values));
        float[] slice = new float[600_002];
        try (ArrayReader reader = file.reader(HADOOP)) {
            reader.read(99_999, slice, 1, 600_000);
        }
        assertEquals(0, slice[0]);
        assertArrayEquals(Arrays.copyOfRange(values, 99_999, 699_999), Arrays.copyOfRange(slice, 1, 600_001));
        assertEquals(0, slice[600_001]);
    }

    @Test
    void refusesToReadBeyondTheArray() throws IOException {
        try (ArrayReader reader = open(NpyBytes.float32("(2,)", 1, 2)).reader(HADOOP)) {
            assertThrows(IndexOutOfBoundsException.class, () -> reader.read(1, new float[2], 0, 2));
        }
    }

    @Test
    void travelsToTasks() throws Exception {
        ArrayFile file = open(NpyBytes.float32("(2,)", 1, 2));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(file);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertArrayEquals(new float[] {1, 2}, floats((ArrayFile) in.readObject()));
        }
    }

    @Test
    void readsAFileWhoseHadoopChecksumIsStale() throws IOException {
        Files.write(folder.resolve(".K.npy.crc"), new byte[] {'c', 'r', 'c', 0, 0, 0, 2, 0, 1, 2, 3, 4});
        assertArrayEquals(new float[] {1, 2}, floats(open(NpyBytes.float32("(2,)", 1, 2))));
    }

    @Test
    void refusesFilesOfTheWrongLength() throws IOException {
        byte[] whole = NpyBytes.file("<f4", "(20011, 128)", new byte[20011 * 128 * 4]);
        assertEquals(
                "K.npy is cut short: header says 20011 x 128 float32 = 10,245,632 bytes, file holds 10,245,629;"
                        + " copy or save it again",
                refusal(Arrays.copyOf(whole, whole.length - 3)));
        assertEquals(
                "K.npy is too long: header says 20011 x 128 float32 = 10,245,632 bytes, file holds 10,245,633;"
                        + " copy or save it again",
                refusal(Arrays.copyOf(whole, whole.length + 1)));
    }

    @Test
    void refusesAFileCutAnywhereInItsHeader() throws IOException {
        byte[] whole = NpyBytes.float32("(2,)", 1, 2);
        assertEquals("K.npy is empty (0 bytes); save an array into it with numpy.save", refusal(new byte[0]));
        for (int length = 1; length < whole.length; length++) {
            String message = refusal(Arrays.copyOf(whole, length));
            assertTrue(message.contains(length < 6 ? "not an .npy file" : "cut short"), length + ": " + message);
        }
    }

    @Test
    void refusesWhatIsNoNpyFile() throws IOException {
        assertTrue(refusal("hello, world".getBytes(StandardCharsets.US_ASCII)).contains("is not an .npy file"));
        assertTrue(refusal(new byte[] {'P', 'K', 3, 4, 0, 0, 0, 0}).contains("is an .npz archive"));
    }

    @Test
    void twoBytesWithoutAnOrderAreBfloat16() {
        assertEquals(NpyHeader.type("<V2"), NpyHeader.type("|V2"));
        assertEquals("bfloat16", NpyHeader.type("|V2").orElseThrow().numpyName());
    }

    @Test
    void refusesUnknownFormatVersions() throws IOException {
        assertTrue(refusal(NpyBytes.file(4, GOOD, TWO)).contains("format version 4.0"));
        byte[] minor = NpyBytes.file(1, GOOD, TWO);
        minor[7] = 1;
        assertTrue(refusal(minor).contains("format version 1.1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"<c8", "<f16", "|S5", "<U3", "<M8[s]", "|V4", "f4", "|f4", "=f4", "", "<b1x"})
    void refusesOtherTypesByName(String descr) throws IOException {
        assertEquals(
                "K.npy has dtype %s, and Foco reads float16, bfloat16, float32 and float64; save it with .astype(numpy.float32)"
                        .formatted(descr),
                refusal(NpyBytes.file(descr, "(2,)", TWO)));
    }

    @Test
    void refusesPickledObjectsAndRecordsAndFortranOrder() throws IOException {
        assertTrue(refusal(NpyBytes.file("|O", "(2,)", TWO)).contains("pickled Python objects"));
        assertTrue(refusal(NpyBytes.file(
                        1,
                        "{'descr': [('a', '<f4'), ('b', '<f4', (2,))], 'fortran_order': False, 'shape': (2,), }",
                        TWO))
                .contains("records of several fields"));
        assertEquals(
                "K.npy is in Fortran order; save numpy.ascontiguousarray(array) in its place",
                refusal(NpyBytes.file(1, "{'descr': '<f4', 'fortran_order': True, 'shape': (1, 2), }", TWO)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{}",
                "[1, 2]",
                "{'descr': '<f4', 'fortran_order': False, }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'extra': 1}",
                "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,)}",
                "{'descr': '<f4', 'fortran_order': 0, 'shape': (2,)}",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,)}",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (2.0,)}",
                "{'descr': '<f4', 'fortran_order': False, 'shape': ('2',)}",
                "{'descr': '<f4', 'fortran_order': False, 'shape': 2}",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} trailing",
                "{'descr': '<f4, 'fortran_order': False, 'shape': (2,)}",
                "{'descr': __import__('os'), 'fortran_order': False, 'shape': (2,)}",
                "((((((((((((((((((((((((((((((((((((((((((((((((((((((((",
                "{'shape': ((((((((((((((((((((((((((((((((((((((((((((((",
            })
    void refusesADamagedHeader(String dictionary) throws IOException {
        assertTrue(refusal(NpyBytes.file(1, dictionary, TWO)).startsWith("K.npy has a damaged header ("));
    }

    /** Found by mvn -Pfuzz: the refusal took two lines. */
    @Test
    void whatIsQuotedOfAHeaderStaysInOneLine() throws IOException {
        assertTrue(refusal(NpyBytes.file(">f\n4", "(2,)", TWO)).startsWith("K.npy has dtype >f?4, and Foco reads"));
        String twice = "{'a\nb': 1, 'a\nb': 1}";
        assertTrue(refusal(NpyBytes.file(1, twice, TWO)).startsWith("K.npy has a damaged header (it gives a?b twice)"));
    }

    @Test
    void refusesAbsurdHeaders() throws IOException {
        byte[] huge = NpyBytes.file(2, GOOD, TWO);
        huge[10] = 0x7f;
        assertTrue(refusal(huge).contains("K.npy has a header of 8,323,"), refusal(huge));
        assertTrue(
                refusal(NpyBytes.file("<f4", "(4294967296, 4294967296)", TWO)).contains("more than any file"));
        String dimensions = "(" + "1, ".repeat(65) + ")";
        assertTrue(refusal(NpyBytes.file("<f4", dimensions, new byte[4])).contains("65 dimensions"));
        byte[] binary = NpyBytes.float32("(2,)", 1, 2);
        Arrays.fill(binary, 10, 40, (byte) 0xfe);
        assertTrue(refusal(binary).startsWith("K.npy has a damaged header"));
    }

    @Test
    void refusesAMissingFileAndADirectory() {
        String missing = folder.resolve("missing.npy").toString();
        assertEquals(
                missing + " does not exist; check the path",
                assertThrows(InvalidInputException.class, () -> ArrayFile.open(missing, HADOOP))
                        .getMessage());
        assertEquals(
                folder + " is a directory; give an .npy file",
                assertThrows(InvalidInputException.class, () -> ArrayFile.open(folder.toString(), HADOOP))
                        .getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b.npy", "a:b.npy", "100%25.npy", "ação.npy", "[x]{y}*.npy", "#1?.npy"})
    void readsFilesOfAnyName(String name) throws IOException {
        Path path = Files.write(folder.resolve(name), NpyBytes.float32("(2,)", 1, 2));
        assertArrayEquals(new float[] {1, 2}, floats(ArrayFile.open(path.toString(), HADOOP)));
    }
}
