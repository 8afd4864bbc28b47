package foco.driver.file;

import com.google.protobuf.CodedInputStream;
import foco.driver.block.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.xerial.snappy.Snappy;

/**
 * The entries of a sorted table of keys and values, a file of LevelDB, which TensorFlow writes too. At its end a footer tells
 * where its index is: a block with the place of each other block. In a block a key gives only what differs from the key
 * before it. The format is described in
 * <a href="https://github.com/google/leveldb/blob/main/doc/table_format.md">LevelDB's table_format.md</a>.
 */
final class SortedTable {
    private static final int FOOTER_BYTES = 48;
    private static final long MAGIC = 0xdb4775248b80fb57L;
    /** After each block: the kind of its compression, and its checksum. */
    private static final int TRAILER_BYTES = 5;

    private static final int PLAIN = 0;
    private static final int SNAPPY = 1;

    private final byte[] file;
    private final String name;

    /** A key and its value. */
    record Entry(byte[] key, byte[] value) {}

    /** Where a block is. */
    private record Place(long offset, long size) {

        static Place read(CodedInputStream in) throws IOException {
            return new Place(in.readRawVarint64(), in.readRawVarint64());
        }
    }

    private SortedTable(byte[] file, String name) {
        this.file = file;
        this.name = name;
    }

    /**
     * Reads all entries, in the order of their keys.
     *
     * @param file its bytes
     * @param name the file, as messages call it
     * @throws InvalidInputException if it is no such table, or a block's checksum is wrong
     */
    static List<Entry> read(byte[] file, String name) {
        if (file.length < FOOTER_BYTES || little(file).getLong(file.length - Long.BYTES) != MAGIC) {
            throw new InvalidInputException(
                    name + " is no index of TensorFlow variables, or is cut short; copy it again");
        }
        SortedTable table = new SortedTable(file, name);
        try {
            CodedInputStream footer = CodedInputStream.newInstance(file, file.length - FOOTER_BYTES, FOOTER_BYTES);
            Place.read(footer); // of filters and statistics, which such a file may have
            List<Entry> all = new ArrayList<>();
            for (Entry block : table.block(Place.read(footer))) {
                all.addAll(table.block(Place.read(CodedInputStream.newInstance(block.value))));
            }
            return all;
        } catch (IOException e) {
            throw table.damaged(e.getMessage());
        }
    }

    private List<Entry> block(Place place) throws IOException {
        long most = file.length - (long) TRAILER_BYTES;
        if (place.offset < 0 || place.size < 0 || place.size > most || place.offset > most - place.size) {
            throw damaged("a block ends behind the file's end");
        }
        int from = (int) place.offset;
        int end = from + (int) place.size;
        CRC32C checksum = new CRC32C();
        checksum.update(file, from, end + 1 - from);
        if (little(file).getInt(end + 1) != MaskedChecksum.of(checksum)) {
            throw damaged("the checksum of a block is wrong");
        }
        byte[] content = Arrays.copyOfRange(file, from, end);
        return switch (file[end]) {
            case PLAIN -> entries(content);
            case SNAPPY -> entries(Snappy.uncompress(content));
            default -> throw damaged("compression %d is not known".formatted(file[end]));
        };
    }

    /** At a block's end stand the places of some of its keys that are whole, for those who search, and their count. */
    private List<Entry> entries(byte[] block) throws IOException {
        long restarts = block.length < Integer.BYTES
                ? -1
                : Integer.toUnsignedLong(little(block).getInt(block.length - Integer.BYTES));
        long end = block.length - Integer.BYTES * (restarts + 1);
        if (restarts < 0 || end < 0) {
            throw damaged("a block is too short");
        }
        CodedInputStream in = CodedInputStream.newInstance(block, 0, (int) end);
        List<Entry> all = new ArrayList<>();
        byte[] key = {};
        while (!in.isAtEnd()) {
            int shared = in.readRawVarint32();
            int own = in.readRawVarint32();
            int value = in.readRawVarint32();
            if (shared < 0 || shared > key.length) {
                throw damaged("a key shares more with the one before it than that has");
            }
            byte[] rest = in.readRawBytes(own);
            key = Arrays.copyOf(key, shared + own);
            System.arraycopy(rest, 0, key, shared, own);
            all.add(new Entry(key, in.readRawBytes(value)));
        }
        return all;
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private InvalidInputException damaged(String what) {
        return new InvalidInputException("%s is damaged: %s; copy it again".formatted(name, what));
    }
}
