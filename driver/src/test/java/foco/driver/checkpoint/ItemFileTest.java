package foco.driver.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.sweep.HeadOutput;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ItemFileTest {

    private static final int WIDTH = 5;
    private static final AttentionItems FORM = new AttentionItems(WIDTH);
    private static final byte[] RUN = new byte[ItemFile.RUN_BYTES];

    private final Random random = new Random(31);
    private final List<HeadOutput> items = List.of(item(3, 4), item(0, 1), item(2, 9));
    private final byte[] file = ItemFile.compose(RUN, written());

    private HeadOutput item(int head, int rows) {
        return new HeadOutput(head, floats(rows * WIDTH), floats(rows));
    }

    /** Of blocks 0, 1000, 2000. */
    private List<ItemFile.Written> written() {
        return IntStream.range(0, items.size())
                .mapToObj(i -> new ItemFile.Written(1000 * i, FORM.head(items.get(i)), FORM.write(items.get(i))))
                .toList();
    }

    /** Any bits: outputs may be infinite or NaN where scores overflow, and a log-sum-exp is infinite where nothing is seen. */
    private float[] floats(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = Float.intBitsToFloat(random.nextInt());
        }
        return values;
    }

    private static void readAll(byte[] bytes) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        for (ItemFile.Entry entry :
                ItemFile.readEntries(in, "f", bytes.length, RUN).orElseThrow()) {
            ItemFile.readItem(in, "f", entry);
        }
    }

    @Test
    void everyItemIsReadAtItsOffset() throws IOException {
        List<ItemFile.Entry> entries = ItemFile.readEntries(
                        new DataInputStream(new ByteArrayInputStream(file)), "f", file.length, RUN)
                .orElseThrow();
        assertEquals(3, entries.size());
        for (int i = 0; i < items.size(); i++) {
            ItemFile.Entry entry = entries.get(i);
            assertEquals(1000 * i, entry.block());
            assertEquals(items.get(i).head(), entry.head());
            DataInputStream in = new DataInputStream(
                    new ByteArrayInputStream(file, (int) entry.offset(), file.length - (int) entry.offset()));
            HeadOutput read = FORM.read(entry.head(), ItemFile.readItem(in, "f", entry));
            assertArrayEquals(bits(items.get(i).output()), bits(read.output()));
            assertArrayEquals(bits(items.get(i).lse()), bits(read.lse()));
        }
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
        return bits;
    }

    @Test
    void anyByteThatChangesIsNoticed() {
        for (int i = 0; i < file.length; i++) {
            byte[] flipped = file.clone();
            flipped[i] ^= (byte) (1 << random.nextInt(8));
            CheckpointException refused =
                    assertThrows(CheckpointException.class, () -> readAll(flipped), "byte " + i + " of " + file.length);
            assertTrue(refused.getMessage().contains("delete that file"), refused.getMessage());
        }
    }

    @Test
    void aFileOfAnyOtherLengthIsNoticed() {
        for (int length = 0; length < file.length; length++) {
            byte[] cut = Arrays.copyOf(file, length);
            assertThrows(CheckpointException.class, () -> readAll(cut), "cut to " + length);
        }
        assertThrows(CheckpointException.class, () -> readAll(Arrays.copyOf(file, file.length + 1)));
    }

    @Test
    void aFileOfAnotherComputationIsToldFromADamagedOne() throws IOException {
        byte[] other = RUN.clone();
        other[ItemFile.RUN_BYTES - 1] = 1;
        byte[] foreign = ItemFile.compose(other, written());
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(foreign));
        assertTrue(ItemFile.readEntries(in, "f", foreign.length, RUN).isEmpty());
    }
}
