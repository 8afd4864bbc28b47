package foco.driver.checkpoint;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.sweep.HeadOutput;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import scala.Tuple2;

/**
 * The outputs of some work items as a file:
 *
 * <pre>
 *   "FOCOITEM"   8 bytes
 *   run         32 bytes, of which computation the items are
 *   width        int, of the values of a head
 *   count        int
 *   entries      count times: block, head, rows, three ints
 *   checksum     int, CRC-32C of all that stands above
 *   payloads     count times: output, rows * width floats; lse, rows floats; CRC-32C of both, int
 * </pre>
 *
 * <p>Numbers are big-endian. An item can be read without those before it.
 */
final class ItemFile {

    static final int RUN_BYTES = 32;
    private static final byte[] MAGIC = {'F', 'O', 'C', 'O', 'I', 'T', 'E', 'M'};
    private static final int FIXED_BYTES = MAGIC.length + RUN_BYTES + 2 * Integer.BYTES;
    private static final int ENTRY_BYTES = 3 * Integer.BYTES;

    private ItemFile() {}

    /**
     * Where an item stands in a file.
     *
     * @param block the place of its query block among all
     * @param offset of its payload from the file's start
     */
    @DefaultSerializer(JavaSerializer.class)
    record Entry(int block, int head, int rows, long offset) implements Serializable {}

    /** The bytes of an item's payload. */
    static long payloadBytes(int rows, int width) {
        return Float.BYTES * (long) rows * (width + 1) + Integer.BYTES;
    }

    /**
     * Composes a file.
     *
     * @param items outputs by the index of their query block; of less than 2 GiB
     */
    static byte[] compose(byte[] run, int width, List<Tuple2<Integer, HeadOutput>> items) {
        int headerBytes = FIXED_BYTES + items.size() * ENTRY_BYTES + Integer.BYTES;
        long bytes = headerBytes
                + items.stream()
                        .mapToLong(item -> payloadBytes(item._2.lse().length, width))
                        .sum();
        ByteBuffer file = ByteBuffer.allocate(Math.toIntExact(bytes));
        file.put(MAGIC).put(run).putInt(width).putInt(items.size());
        for (Tuple2<Integer, HeadOutput> item : items) {
            file.putInt(item._1).putInt(item._2.head()).putInt(item._2.lse().length);
        }
        file.putInt(checksum(file.array(), 0, file.position()));
        for (Tuple2<Integer, HeadOutput> item : items) {
            int start = file.position();
            putFloats(file, item._2.output());
            putFloats(file, item._2.lse());
            file.putInt(checksum(file.array(), start, file.position() - start));
        }
        return file.array();
    }

    private static void putFloats(ByteBuffer to, float[] values) {
        to.asFloatBuffer().put(values);
        to.position(to.position() + values.length * Float.BYTES);
    }

    /**
     * Reads and checks what precedes the payloads.
     *
     * @param name of the file, for messages
     * @param fileBytes the length of the file, which must be as long as its entries say
     * @return nothing if the file is whole and of another computation
     * @throws CheckpointException if the file is damaged
     */
    static Optional<List<Entry>> readEntries(DataInputStream in, String name, long fileBytes, byte[] run, int width)
            throws IOException {
        byte[] fixed = read(in, name, FIXED_BYTES);
        ByteBuffer header = ByteBuffer.wrap(fixed);
        byte[] magic = new byte[MAGIC.length];
        byte[] itsRun = new byte[RUN_BYTES];
        header.get(magic).get(itsRun);
        int itsWidth = header.getInt();
        int count = header.getInt();
        if (!Arrays.equals(magic, MAGIC) || count < 0 || count > fileBytes / ENTRY_BYTES) {
            throw CheckpointException.damaged(name, "does not begin as it should");
        }
        byte[] table = read(in, name, count * ENTRY_BYTES);
        CRC32C crc = new CRC32C();
        crc.update(fixed);
        crc.update(table);
        requireChecksum(name, (int) crc.getValue(), in);
        if (!Arrays.equals(itsRun, run) || itsWidth != width) {
            return Optional.empty();
        }
        return Optional.of(entries(ByteBuffer.wrap(table), name, fileBytes, width));
    }

    private static List<Entry> entries(ByteBuffer table, String name, long fileBytes, int width) {
        List<Entry> entries = new ArrayList<>();
        long offset = FIXED_BYTES + table.capacity() + Integer.BYTES;
        while (table.hasRemaining()) {
            Entry entry = new Entry(table.getInt(), table.getInt(), table.getInt(), offset);
            entries.add(entry);
            offset += payloadBytes(entry.rows, width);
        }
        if (offset != fileBytes) {
            throw CheckpointException.damaged(name, "has %,d bytes where %,d are due".formatted(fileBytes, offset));
        }
        return entries;
    }

    /**
     * Reads and checks an item's payload.
     *
     * @param in at the item's offset
     * @throws CheckpointException if it is damaged
     */
    static HeadOutput readItem(DataInputStream in, String name, int head, int rows, int width) throws IOException {
        byte[] payload = read(in, name, (int) payloadBytes(rows, width) - Integer.BYTES);
        requireChecksum(name, checksum(payload, 0, payload.length), in);
        ByteBuffer bytes = ByteBuffer.wrap(payload);
        float[] output = new float[rows * width];
        float[] lse = new float[rows];
        bytes.asFloatBuffer().get(output).get(lse);
        return new HeadOutput(head, output, lse);
    }

    private static void requireChecksum(String name, int due, DataInputStream in) throws IOException {
        if (ByteBuffer.wrap(read(in, name, Integer.BYTES)).getInt() != due) {
            throw CheckpointException.damaged(name, "does not match its checksum");
        }
    }

    private static byte[] read(DataInputStream in, String name, int count) throws IOException {
        byte[] bytes = new byte[count];
        try {
            in.readFully(bytes);
        } catch (EOFException e) {
            throw CheckpointException.damaged(name, "is cut short");
        }
        return bytes;
    }

    private static int checksum(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }
}
