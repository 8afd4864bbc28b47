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
     * Consecutive partitions for each task. Of tasks of full size there are as many for each slot, so that none runs on after the
     * others.
     *
     * @param positions the rows of all partitions
     * @param slots the tasks that run at a time
     */
    static int[][] of(BlockLayout layout, long rowBytes, long positions, int slots) {
        long bytes = positions * rowBytes;
        long least = Math.max(1, Math.min(slots, bytes / LEAST_TASK_BYTES));
        long turns = Math.max(1, -Math.floorDiv(-bytes, slots * TASK_BYTES));
        long tasks = least < slots ? least : slots * turns;
        List<int[]> groups = new ArrayList<>();
        int first = 0;
        long rows = 0;
        for (int p = 0; p < layout.partitions(); p++) {
            rows += layout.partitionRows(p);
            // A task ends where its share of all rows does.
            if (rows * tasks >= (groups.size() + 1) * positions || p == layout.partitions() - 1) {
                groups.add(IntStream.rangeClosed(first, p).toArray());
                first = p + 1;
            }
        }
        return groups.toArray(int[][]::new);
    }
}
