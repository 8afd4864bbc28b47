package foco.driver.checkpoint;

import foco.driver.plan.WorkItem;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Which items a checkpoint holds, and where. */
final class ItemIndex implements Serializable {

    private static final int ABSENT = -1;

    private final int heads;
    private final List<String> files = new ArrayList<>();
    private final int[] fileOf;
    private final long[] offsets;
    private final int[] bytes;
    private int held;

    ItemIndex(int blocks, int heads) {
        this.heads = heads;
        int items = Math.multiplyExact(blocks, heads);
        this.fileOf = new int[items];
        Arrays.fill(fileOf, ABSENT);
        this.offsets = new long[items];
        this.bytes = new int[items];
    }

    /** Adds a file's items; one that is held already is the same, and stays where it is. */
    void add(String file, List<ItemFile.Entry> entries) {
        files.add(file);
        for (ItemFile.Entry entry : entries) {
            int i = entry.block() * heads + entry.head();
            if (fileOf[i] == ABSENT) {
                fileOf[i] = files.size() - 1;
                offsets[i] = entry.offset();
                bytes[i] = entry.bytes();
                held++;
            }
        }
    }

    /** The files whose items are in the index. */
    List<String> files() {
        return files;
    }

    boolean holds(WorkItem item) {
        return holds(item.block(), item.head());
    }

    boolean holds(int block, int head) {
        return fileOf[block * heads + head] != ABSENT;
    }

    /** The number of items held. */
    int held() {
        return held;
    }

    /** The number of blocks that items are of. */
    int blocks() {
        return fileOf.length / heads;
    }

    int heads() {
        return heads;
    }

    String file(int block, int head) {
        return files.get(fileOf[block * heads + head]);
    }

    ItemFile.Entry entry(int block, int head) {
        int i = block * heads + head;
        return new ItemFile.Entry(block, head, bytes[i], offsets[i]);
    }
}
