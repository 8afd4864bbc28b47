package foco.driver.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import foco.driver.file.HeadLayout.Form;
import foco.driver.storage.PendingOutputs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

class ArrayWriterTest {
    private static final Configuration HADOOP = new Configuration();

    /** The number that stands for one element, so that any misplaced one shows. */
    private static float number(HeadLayout layout, int sequence, int head, long token, int element) {
        return ((sequence * layout.heads() + head) * layout.tokens() + token) * layout.width() + element;
    }

    private static float[] block(HeadLayout layout, int sequence, long first, int rows) {
        float[] values = new float[rows * layout.tokenWidth()];
        for (int i = 0; i < values.length; i++) {
            int column = i % layout.tokenWidth();
            values[i] = number(
                    layout,
                    sequence,
                    column / layout.width(),
                    first + i / layout.tokenWidth(),
                    column % layout.width());
        }
        return values;
    }

    /** Writes blocks of the given rows in a random order; returns the file's bytes. */
    private static byte[] write(HeadLayout layout, boolean scalars, int rows, Random random) throws IOException {
        Path folder = Files.createTempDirectory("npy");
        Path path = folder.resolve("O.npy");
        try (PendingOutputs pending = new PendingOutputs(HADOOP)) {
            ArrayTarget target = ArrayTarget.of(path.toString(), "output", HADOOP);
            ArrayWriter writer = scalars ? target.scalars(pending, layout) : target.vectors(pending, layout);
            List<long[]> blocks = new ArrayList<>();
            for (int sequence = 0; sequence < layout.sequences(); sequence++) {
                for (long first = 0; first < layout.tokens(); first += rows) {
                    blocks.add(new long[] {sequence, first, Math.min(rows, layout.tokens() - first)});
                }
            }
            Collections.shuffle(blocks, random);
            for (long[] block : blocks) {
                writer.write((int) block[0], block[1], (int) block[2], block(layout, (int) block[0], block[1], (int)
                        block[2]));
            }
            pending.commit();
        }
        byte[] bytes = Files.readAllBytes(path);
        Files.delete(path);
        Files.delete(folder);
        return bytes;
    }

    @Property(tries = 200)
    void whateverTheBlocksEachNumberStandsWhereItsLayoutSays(
            @ForAll Form form,
            @ForAll @IntRange(min = 1, max = 3) int batch,
            @ForAll @IntRange(min = 1, max = 20) int tokens,
            @ForAll @IntRange(min = 1, max = 4) int heads,
            @ForAll @IntRange(min = 1, max = 5) int width,
            @ForAll @IntRange(min = 1, max = 21) int rows,
            @ForAll Random random)
            throws IOException {
        int sequences = form == Form.BATCH ? batch : 1;
        HeadLayout layout = new HeadLayout(form, sequences, tokens, heads, width);
        float[] expected = new float[(int) layout.elements()];
        int at = 0;
        // In the order of the file's dimensions, the last of them fastest.
        if (form == Form.TOKENS) {
            for (int token = 0; token < tokens; token++) {
                for (int head = 0; head < heads; head++) {
                    for (int element = 0; element < width; element++) {
                        expected[at++] = number(layout, 0, head, token, element);
                    }
                }
            }
        } else {
            for (int i = 0; i < expected.length; i++) {
                expected[i] = i;
            }
        }
        String shape =
                switch (form) {
                    case TOKENS -> "(%d, %d)".formatted(tokens, heads * width);
                    case HEADS -> "(%d, %d, %d)".formatted(heads, tokens, width);
                    case BATCH -> "(%d, %d, %d, %d)".formatted(sequences, heads, tokens, width);
                };
        byte[] written = write(layout, false, rows, random);
        assertArrayEquals(NpyBytes.float32(shape, expected), normalised(written, shape));
    }

    /** The same file with the padding that NpyBytes gives a header; NumPy's longer one is checked below. */
    private static byte[] normalised(byte[] file, String shape) {
        int dataOffset = 10 + (file[8] & 0xff) + ((file[9] & 0xff) << 8);
        assertEquals(0, dataOffset % 64);
        byte[] data = java.util.Arrays.copyOfRange(file, dataOffset, file.length);
        String header =
                new String(file, 10, dataOffset - 10, java.nio.charset.StandardCharsets.US_ASCII).stripTrailing();
        assertEquals("{'descr': '<f4', 'fortran_order': False, 'shape': %s, }".formatted(shape), header);
        return NpyBytes.file("<f4", shape, data);
    }

    @Test
    void oneNumberAHeadLeavesOutTheWidth() throws IOException {
        assertEquals(List.of(5L, 3L), scalarShape(Form.TOKENS, 1));
        assertEquals(List.of(3L, 5L), scalarShape(Form.HEADS, 1));
        assertEquals(List.of(2L, 3L, 5L), scalarShape(Form.BATCH, 2));
    }

    private static List<Long> scalarShape(Form form, int sequences) throws IOException {
        HeadLayout layout = new HeadLayout(form, sequences, 5, 3, 1);
        byte[] bytes = write(layout, true, 2, new Random(1));
        return NpyHeader.read(new java.io.ByteArrayInputStream(bytes), "L.npy").shape();
    }

    @Test
    void theHeaderIsToTheByteWhatNumPyWrites() {
        // numpy.save of zeros((20011, 384), float32), NumPy 2: room for the first dimension to grow to 21 digits.
        String text = "{'descr': '<f4', 'fortran_order': False, 'shape': (20011, 384), }" + " ".repeat(16);
        byte[] expected = NpyBytes.file(1, text + " ".repeat(36), new byte[0]);
        assertArrayEquals(expected, NpyHeader.float32(List.of(20011L, 384L)));
        assertEquals(128, expected.length);
    }

    @Test
    void anIncompleteArrayIsNotCommitted() throws IOException {
        Path folder = Files.createTempDirectory("npy");
        try (PendingOutputs pending = new PendingOutputs(HADOOP)) {
            ArrayTarget target = ArrayTarget.of(folder.resolve("O.npy").toString(), "output", HADOOP);
            ArrayWriter writer = target.vectors(pending, new HeadLayout(Form.TOKENS, 1, 4, 1, 1));
            writer.write(0, 0, 3, new float[3]);
            assertThrows(IllegalStateException.class, pending::commit);
        }
        try (var left = Files.list(folder)) {
            assertEquals(List.of(), left.toList());
        }
        Files.delete(folder);
    }
}
