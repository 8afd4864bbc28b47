package foco.driver.checkpoint;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FSDataInputStream;

/**
 * What an executor found in an item file.
 *
 * @param entries the file's items, none if there is a fault
 * @param fault what is wrong with the file, empty if nothing is
 * @param foreign whether the file is of another computation, which has left it behind
 */
@DefaultSerializer(JavaSerializer.class)
record FileCheck(String file, List<ItemFile.Entry> entries, String fault, boolean foreign) implements Serializable {

    /** A file to be looked at. */
    @DefaultSerializer(JavaSerializer.class)
    record Wanted(String name, long bytes) implements Serializable {}

    /** @param payloads whether to read and check the items too, or only what stands before them */
    static FileCheck of(CheckpointFolder folder, Wanted wanted, byte[] run, boolean payloads) throws IOException {
        String name = CheckpointFolder.text(folder.file(wanted.name));
        try (FSDataInputStream in = folder.open(wanted.name)) {
            Optional<List<ItemFile.Entry>> entries = ItemFile.readEntries(in, name, wanted.bytes, run);
            if (payloads && entries.isPresent()) {
                for (ItemFile.Entry entry : entries.get()) {
                    ItemFile.readItem(in, name, entry);
                }
            }
            return new FileCheck(wanted.name, entries.orElse(List.of()), "", entries.isEmpty());
        } catch (CheckpointException e) {
            return new FileCheck(wanted.name, List.of(), e.getMessage(), false);
        }
    }
}
