package foco.driver.block;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Which partitions of a layout a task takes together where all blocks are read. */
final class TaskGroups {

    /** A task's worth of blocks, unless that leaves cores without a task. */
    private static final long TASK_BYTES = 32L << 20;

    /** The least that is worth a task. */
    private static final long LEAST_TASK_BYTES = 4L << 20;

    private TaskGroups() {}

    /**
     * Consecutive partitions for each task.
     *
     * @param positions the rows of all partitions
     * @param slots the tasks that run at a time
     */
    static int[][] of(BlockLayout layout, long rowBytes, long positions, int slots) {
        long perSlot = positions * rowBytes / slots;
        long wanted = Math.min(TASK_BYTES, Math.max(LEAST_TASK_BYTES, perSlot));
        List<int[]> groups = new ArrayList<>();
        int first = 0;
        long bytes = 0;
        for (int p = 0; p < layout.partitions(); p++) {
            bytes += layout.partitionRows(p) * rowBytes;
            if (bytes >= wanted || p == layout.partitions() - 1) {
                groups.add(IntStream.rangeClosed(first, p).toArray());
                first = p + 1;
                bytes = 0;
            }
        }
        return groups.toArray(int[][]::new);
    }
}
