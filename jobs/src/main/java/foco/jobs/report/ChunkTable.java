package foco.jobs.report;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * Rows that become chunks, one for each value of the first columns. Tasks sort the rows, hold those of one chunk at a time,
 * and write it.
 */
final class ChunkTable {
    /** Rows of a task: what sorts in memory within a second. */
    private static final long TASK_ROWS = 250_000;

    private final Dataset<Row> rows;
    private final long count;
    private final String[] group;
    private final String[] order;

    /** Makes a chunk of the rows that belong to it. */
    interface Form extends Serializable {
        String chunk(Row first);

        byte[] bytes(List<Row> rows);
    }

    /**
     * Rows to be written.
     *
     * @param count about how many there are
     * @param group the columns that are alike in a chunk
     * @param order the columns that its rows are sorted by
     */
    ChunkTable(Dataset<Row> rows, long count, List<String> group, List<String> order) {
        this.rows = rows;
        this.count = count;
        this.group = group.toArray(String[]::new);
        this.order = order.toArray(String[]::new);
    }

    /** Writes all; returns the bytes of all files. */
    long write(ChunkFolder folder, Form form) {
        int slots = rows.sparkSession().sparkContext().defaultParallelism();
        Column[] keys = columns(group);
        String[] sorting = Arrays.copyOf(group, group.length + order.length);
        System.arraycopy(order, 0, sorting, group.length, order.length);
        String[] alike = group;
        List<Long> sizes = rows.repartition(parts(slots), keys)
                .sortWithinPartitions(columns(sorting))
                .javaRDD()
                .mapPartitions(
                        part -> List.of(written(part, alike, folder, form)).iterator())
                .collect();
        return sizes.stream().mapToLong(Long::longValue).sum();
    }

    /** As many tasks as the rows are worth. */
    private int parts(int slots) {
        return (int) Math.max(Math.min(slots, 1 + count / 10_000), Math.min(2000, count / TASK_ROWS));
    }

    private static Column[] columns(String... names) {
        return Arrays.stream(names).map(functions::col).toArray(Column[]::new);
    }

    private static long written(Iterator<Row> rows, String[] alike, ChunkFolder folder, Form form) throws IOException {
        long size = 0;
        List<Row> held = new ArrayList<>();
        while (rows.hasNext()) {
            Row row = rows.next();
            if (!held.isEmpty() && !isAlike(held.get(0), row, alike)) {
                size += folder.write(form.chunk(held.get(0)), form.bytes(held));
                held.clear();
            }
            held.add(row);
        }
        if (!held.isEmpty()) {
            size += folder.write(form.chunk(held.get(0)), form.bytes(held));
        }
        return size;
    }

    private static boolean isAlike(Row one, Row other, String... columns) {
        for (String column : columns) {
            if (!one.getAs(column).equals(other.getAs(column))) {
                return false;
            }
        }
        return true;
    }
}
