package foco.driver.checkpoint;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
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

/**
 * What some work items came to as a file:
 *
 * <pre>
 *   "FOCOITEM"   8 bytes
 *   run         32 bytes, of which computation the items are
 *   count        int
 *   entries      count times: block, head, bytes of the payload, three ints
 *   checksum     int, CRC-32C of all that stands above
 *   payloads     count times: as an {@link ItemForm} writes it; its CRC-32C, int
 * </pre>
 *
 * <p>Numbers are big-endian. An item can be read without those before it.
 */
final class ItemFile {

    static final int RUN_BYTES = 32;
    private static final byte[] MAGIC = {'F', 'O', 'C', 'O', 'I', 'T', 'E', 'M'};
    private static final int FIXED_BYTES = MAGIC.length + RUN_BYTES + Integer.BYTES;
    private static final int ENTRY_BYTES = 3 * Integer.BYTES;

    private ItemFile() {}

    /**
     * Where an item stands in a file.
     *
     * @param block the place of its query block among all
     * @param bytes of its payload
     * @param offset of its payload from the file's start
     */
    @DefaultSerializer(JavaSerializer.class)
    record Entry(int block, int head, int bytes, long offset) implements Serializable {}

    /** An item as it is written. */
    record Written(int block, int head, byte[] payload) {

        /** What it takes in a file, besides its entry. */
        long bytes() {
            return payload.length + (long) Integer.BYTES;
        }
    }

    /**
     * Composes a file.
     *
     * @param items of less than 2 GiB
     */
    static byte[] compose(byte[] run, List<Written> items) {
        int headerBytes = FIXED_BYTES + items.size() * ENTRY_BYTES + Integer.BYTES;
        long bytes = headerBytes + items.stream().mapToLong(Written::bytes).sum();
        ByteBuffer file = ByteBuffer.allocate(Math.toIntExact(bytes));
        file.put(MAGIC).put(run).putInt(items.size());
        for (Written item : items) {
            file.putInt(item.block).putInt(item.head).putInt(item.payload.length);
        }
        file.putInt(checksum(file.array(), 0, file.position()));
        for (Written item : items) {
            file.put(item.payload).putInt(checksum(item.payload, 0, item.payload.length));
        }
        return file.array();
    }

    /**
     * Reads and checks what precedes the payloads.
     *
     * @param name of the file, for messages
     * @param fileBytes the length of the file, which must be as long as its entries say
     * @return nothing if the file is whole and of another computation
     * @throws CheckpointException if the file is damaged
     */
    static Optional<List<Entry>> readEntries(DataInputStream in, String name, long fileBytes, byte[] run)
            throws IOException {
        byte[] fixed = read(in, name, FIXED_BYTES);
        ByteBuffer header = ByteBuffer.wrap(fixed);
        byte[] magic = new byte[MAGIC.length];
        byte[] itsRun = new byte[RUN_BYTES];
        header.get(magic).get(itsRun);
        int count = header.getInt();
        if (!Arrays.equals(magic, MAGIC) || count < 0 || count > fileBytes / ENTRY_BYTES) {
            throw CheckpointException.damaged(name, "does not begin as it should");
        }
        byte[] table = read(in, name, count * ENTRY_BYTES);
        CRC32C crc = new CRC32C();
        crc.update(fixed);
        crc.update(table);
        requireChecksum(name, (int) crc.getValue(), in);
        if (!Arrays.equals(itsRun, run)) {
            return Optional.empty();
        }
        return Optional.of(entries(ByteBuffer.wrap(table), name, fileBytes));
    }

    private static List<Entry> entries(ByteBuffer table, String name, long fileBytes) {
        List<Entry> entries = new ArrayList<>();
        long offset = FIXED_BYTES + table.capacity() + Integer.BYTES;
        while (table.hasRemaining()) {
            Entry entry = new Entry(table.getInt(), table.getInt(), table.getInt(), offset);
            entries.add(entry);
            offset += (long) entry.bytes + Integer.BYTES;
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
    static byte[] readItem(DataInputStream in, String name, Entry entry) throws IOException {
        byte[] payload = read(in, name, entry.bytes);
        requireChecksum(name, checksum(payload, 0, payload.length), in);
        return payload;
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
