package foco.driver.block;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskGroupsTest {

    private static final int BLOCK_ROWS = 768;
    private static final long MEBIBYTE = 1 << 20;

    /** Each partition is in one task, in order, and no task has much more to do than the others. */
    @ParameterizedTest
    @CsvSource({
        // texts, their tokens, bytes of a row, slots, tasks
        "2000, 31, 1536, 2, 4",
        "2000, 31, 1536, 3, 3",
        "100000, 272, 1536, 2, 1246",
        "1, 65536, 6144, 2, 12",
        "1, 139386, 1536, 2, 8",
        "300, 31, 1536, 4, 3",
        "3, 5, 1536, 2, 1",
    })
    void tasksAreEven(int texts, int tokens, long rowBytes, int slots, int tasks) {
        BlockLayout layout = BlockLayout.of(Sequences.numbered(texts, tokens), BLOCK_ROWS);
        long rows = (long) texts * tokens;
        int[][] groups = TaskGroups.of(layout, rowBytes, rows, slots);
        assertArrayEquals(
                IntStream.range(0, layout.partitions()).toArray(),
                Arrays.stream(groups).flatMapToInt(Arrays::stream).toArray());
        assertEquals(tasks, groups.length);
        long most = Arrays.stream(groups)
                .mapToLong(group ->
                        Arrays.stream(group).mapToLong(layout::partitionRows).sum())
                .max()
                .orElseThrow();
        long largestPartition = IntStream.range(0, layout.partitions())
                .mapToLong(layout::partitionRows)
                .max()
                .orElseThrow();
        assertTrue(most <= rows / tasks + largestPartition, most + " rows of " + rows);
        assertTrue(most * rowBytes <= 40 * MEBIBYTE, most + " rows in a task");
    }

    @Test
    void noTaskIsEmptyWhereAPartitionIsLargerThanItsShare() {
        BlockLayout layout = BlockLayout.of(Sequences.numbered(1, 3 * BLOCK_ROWS), BLOCK_ROWS);
        int[][] groups = TaskGroups.of(layout, 64 * MEBIBYTE / BLOCK_ROWS, 3L * BLOCK_ROWS, 5);
        assertArrayEquals(new int[][] {{0}, {1}, {2}}, groups);
    }
}
