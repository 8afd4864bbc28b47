package foco.driver.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import foco.driver.block.InvalidInputException;
import foco.driver.storage.PendingOutputs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Files are put together byte by byte, as the format's description says. */
class SafetensorsTest {
    private static final Configuration HADOOP = new Configuration();

    @TempDir
    private Path folder;

    private static byte[] file(String header, byte[]... data) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length)
                .array());
        bytes.write(text);
        for (byte[] some : data) {
            bytes.write(some);
        }
        return bytes.toByteArray();
    }

    private static byte[] floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    private static byte[] halves(int... bits) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * bits.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int half : bits) {
            bytes.putShort((short) half);
        }
        return bytes.array();
    }

    private String write(String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content).toString();
    }

    private float[] read(String name, int count) throws IOException {
        ArrayFile file = ArrayFile.open(name, HADOOP);
        assertEquals(count, file.header().elements());
        float[] values = new float[count];
        try (ArrayReader reader = file.reader(HADOOP)) {
            reader.read(0, values, 0, count);
        }
        return values;
    }

    private String refusal(String name) {
        return refusal(() -> ArrayFile.open(name, HADOOP));
    }

    private String refusal(Executable faulty) {
        return assertThrows(InvalidInputException.class, faulty).getMessage().replace(folder + "/", "");
    }

    @Test
    void aTensorIsReadByItsNameInEachType() throws IOException {
        String file = write(
                "m.safetensors",
                file(
                        "{\"__metadata__\":{\"format\":\"pt\"},"
                                + "\"a.weight\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]},"
                                + "\"b\":{\"dtype\":\"F16\",\"shape\":[3],\"data_offsets\":[16,22]},"
                                + "\"c\":{\"dtype\":\"BF16\",\"shape\":[1,2],\"data_offsets\":[22,26]}}  ",
                        floats(1, 2, 3, -4.5f),
                        halves(0x3c00, 0xc000, 0x3800),
                        halves(0x3f80, 0xc040)));
        assertArrayEquals(new float[] {1, 2, 3, -4.5f}, read(file + ":a.weight", 4));
        assertArrayEquals(new float[] {1, -2, 0.5f}, read(file + ":b", 3));
        assertArrayEquals(new float[] {1, -3}, read(file + ":c", 2));
        assertEquals(
                List.of(2L, 2L),
                ArrayFile.open(file + ":a.weight", HADOOP).header().shape());
        assertEquals("m.safetensors holds no tensor d; it has a.weight, b, c", refusal(file + ":d"));
        assertEquals("m.safetensors holds a.weight, b, c; name one of them, as m.safetensors:NAME", refusal(file));
    }

    @Test
    void theOnlyTensorNeedsNoName() throws IOException {
        String file = write(
                "one.safetensors", file("{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", floats(7)));
        assertArrayEquals(new float[] {7}, read(file, 1));
    }

    @Test
    void shardsAreFoundByTheirIndex() throws IOException {
        write(
                "model-00001-of-00002.safetensors",
                file("{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", floats(7)));
        write(
                "model-00002-of-00002.safetensors",
                file("{\"y\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", floats(8, 9)));
        String index = write(
                "model.safetensors.index.json",
                ("{\"metadata\":{},\"weight_map\":{\"x\":\"model-00001-of-00002.safetensors\","
                                + "\"y\":\"model-00002-of-00002.safetensors\",\"z\":\"../../etc/passwd\"}}")
                        .getBytes(StandardCharsets.UTF_8));
        assertArrayEquals(new float[] {8, 9}, read(index + ":y", 2));
        assertEquals("model.safetensors.index.json holds no tensor w; it has x, y, z", refusal(index + ":w"));
        assertEquals(
                "model.safetensors.index.json says that z lies in ../../etc/passwd, which is no safetensors file beside it",
                refusal(index + ":z"));
    }

    @Test
    void aModelsFolderGivesEveryTensorOfItsShards() throws IOException {
        write(
                "model-00001-of-00002.safetensors",
                file(
                        "{\"x\":{\"dtype\":\"BF16\",\"shape\":[2,1],\"data_offsets\":[0,4]},"
                                + "\"ids\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[4,12]}}",
                        halves(0x3f80, 0xc040, 0, 0, 0, 0)));
        write(
                "model-00002-of-00002.safetensors",
                file("{\"one\":{\"dtype\":\"F16\",\"shape\":[],\"data_offsets\":[0,2]}}", halves(0x3c00)));
        write(
                "model.safetensors.index.json",
                ("{\"weight_map\":{\"x\":\"model-00001-of-00002.safetensors\",\"ids\":\"model-00001-of-00002.safetensors\","
                                + "\"one\":\"model-00002-of-00002.safetensors\",\"gone\":\"model-00002-of-00002.safetensors\"}}")
                        .getBytes(StandardCharsets.UTF_8));
        Safetensors model = Safetensors.open(folder.toString(), HADOOP);
        assertEquals(List.of("gone", "ids", "one", "x"), List.copyOf(model.names()));
        assertEquals(List.of(2L, 1L), model.shape("x"));
        assertEquals(NumberType.Kind.BFLOAT16, model.type("x").kind());
        assertArrayEquals(new float[] {1, -3}, model.read("x"));
        assertEquals(List.of(), model.shape("one"));
        assertArrayEquals(new float[] {1}, model.read("one"));
        assertEquals(NumberType.Kind.INT64, model.type("ids").kind());
        assertEquals(
                "model-00001-of-00002.safetensors:ids holds int64, not floats; name a tensor of F16, BF16, F32 or F64",
                refusal(() -> model.read("ids")));
        assertEquals(
                "model-00002-of-00002.safetensors holds no tensor gone, though model.safetensors.index.json says so;"
                        + " copy both again",
                refusal(() -> model.read("gone")));
    }

    @Test
    void aFolderOfOneFileOrOfNone() throws IOException {
        assertEquals(
                folder + " is a directory without model.safetensors or model.safetensors.index.json;"
                        + " give a .safetensors file",
                refusal(() -> Safetensors.open(folder.toString(), HADOOP)));
        write(
                "model.safetensors",
                file("{\"x\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]}}", new byte[8]));
        assertArrayEquals(new float[1], Safetensors.open(folder + "/", HADOOP).read("x"));
    }

    @Test
    void whatIsNotWholeIsNamed() throws IOException {
        assertEquals(
                "t.safetensors is cut short within its header; copy it again",
                refusal(write("t.safetensors", new byte[3])));
        assertEquals(
                "t.safetensors is not a safetensors file, or is cut short: it claims a header of 1,000 bytes and has 10 in all",
                refusal(write("t.safetensors", new byte[] {(byte) 0xe8, 3, 0, 0, 0, 0, 0, 0, '{', '}'})));
        assertEquals(
                "t.safetensors is not a safetensors file: its header is no JSON object; copy it again",
                refusal(write("t.safetensors", file("[1, 2"))));
        assertEquals(
                "t.safetensors is not a safetensors file: its header is no JSON object; copy it again",
                refusal(write("t.safetensors", file("\0\0\0{\0\0\0\"type"))));
        String header = "{\"x\":{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[0,8]}}";
        assertEquals(
                "t.safetensors:x is cut short: the tensor ends 8 bytes after the header and the file 4; copy it again",
                refusal(write("t.safetensors", file(header.formatted("F32", "2"), floats(1)))));
        assertEquals(
                "t.safetensors:x is damaged: its shape [3] and its bytes 0 to 8 do not fit each other; copy the file again",
                refusal(write("t.safetensors", file(header.formatted("F32", "3"), floats(1, 2)))));
        assertEquals(
                "t.safetensors:x is damaged: its shape [-2] and its bytes 0 to 8 do not fit each other; copy the file again",
                refusal(write("t.safetensors", file(header.formatted("F32", "-2"), floats(1, 2)))));
        assertEquals(
                "t.safetensors:x has type F8_E4M3, and Foco reads F16, BF16, F32 and F64; save it as one of these",
                refusal(write("t.safetensors", file(header.formatted("F8_E4M3", "8"), floats(1, 2)))));
    }

    /** Found by mvn -Pfuzz, or looked for beside it: what a sum or a product of a long makes of these is small. */
    @Test
    void numbersBeyondALongAndNamesOfSeveralLinesAreRefusedInOneLine() throws IOException {
        String header = "{\"x\":{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[%s]}}";
        assertEquals(
                "t.safetensors:x is cut short: the tensor ends 9,223,372,036,854,775,807 bytes after the header and the file"
                        + " 8; copy it again",
                refusal(write(
                        "t.safetensors",
                        file(header.formatted("F32", "2", "9223372036854775799,9223372036854775807"), floats(1, 2)))));
        assertEquals(
                "t.safetensors:x is damaged: its shape [2305843009213693952, 4] and its bytes 0 to 0 do not fit each other;"
                        + " copy the file again",
                refusal(write("t.safetensors", file(header.formatted("F64", "2305843009213693952,4", "0,0")))));
        assertEquals(
                "t.safetensors:x has type F?3, and Foco reads F16, BF16, F32 and F64; save it as one of these",
                refusal(write("t.safetensors", file(header.formatted("F\\n3", "2", "0,8"), floats(1, 2)))));
        assertEquals(
                "t.safetensors holds no tensor y; it has x?x",
                refusal(write("t.safetensors", file("{\"x\\nx\":{}}")) + ":y"));
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        byte[] header = Safetensors.float32("output", List.of(2L, 3L));
        assertEquals(0, header.length % 8);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(header);
        bytes.write(floats(1, 2, 3, 4, 5, 6));
        String file = write("o.safetensors", bytes.toByteArray());
        assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, read(file + ":output", 6));
    }

    private void writeBlocks(String name, HeadLayout layout) throws IOException {
        try (PendingOutputs pending = new PendingOutputs(HADOOP)) {
            ArrayWriter writer = ArrayTarget.of(name, "output", HADOOP).vectors(pending, layout);
            // Token i holds 10 * i, and 1 more for each number after its first.
            writer.write(0, 2, 1, new float[] {20, 21, 22, 23});
            writer.write(0, 0, 2, new float[] {0, 1, 2, 3, 10, 11, 12, 13});
            pending.commit();
        }
    }

    @Test
    void blocksAreWrittenToATensorWhereTheirTokensBelong() throws IOException {
        String file = folder.resolve("o.safetensors").toString();
        writeBlocks(file, new HeadLayout(HeadLayout.Form.TOKENS, 1, 3, 2, 2));
        assertEquals(
                List.of("output"), List.copyOf(Safetensors.open(file, HADOOP).names()));
        assertArrayEquals(new float[] {0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23}, read(file, 12));
        // Another tensor replaces the file, and its name has any length and letters.
        for (String tensor : List.of("o", "layer.0/\u00e9:\"x\"")) {
            writeBlocks(file + ":" + tensor, new HeadLayout(HeadLayout.Form.HEADS, 1, 3, 2, 2));
            Safetensors written = Safetensors.open(file, HADOOP);
            assertEquals(List.of(tensor), List.copyOf(written.names()));
            assertEquals(List.of(2L, 3L, 2L), written.shape(tensor));
            assertEquals(0, written.array(tensor).header().dataOffset() % 8);
            assertArrayEquals(new float[] {0, 1, 10, 11, 20, 21, 2, 3, 12, 13, 22, 23}, written.read(tensor));
        }
    }

    @Test
    void whatCannotBeWrittenIsRefusedUpFront() {
        assertEquals(
                "m.safetensors.index.json:x is an index of shards, and one file is written; name it m.safetensors",
                refusal(() -> ArrayTarget.of(
                        folder.resolve("m.safetensors.index.json:x").toString(), "output", HADOOP)));
        assertEquals(
                "m.safetensors: ends in a colon; write the tensor's name behind it",
                refusal(() -> ArrayTarget.of(folder.resolve("m.safetensors:").toString(), "output", HADOOP)));
    }
}
