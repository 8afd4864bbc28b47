package foco.jobs.report;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * Rows that become chunks, one for each value of some columns. Tasks sort the rows, hold those of one part of a chunk at a
 * time, and write the chunk.
 */
final class ChunkTable {
    /** Rows of a task: what sorts in memory within a second. */
    private static final long TASK_ROWS = 250_000;

    private final Dataset<Row> rows;
    private final long count;
    private final String[] chunk;
    private final String[] part;
    private final String[] order;

    /** Makes chunks of rows. */
    interface Form extends Serializable {
        /** The name of the chunk that a row is in. */
        String chunk(Row row);

        /** The bytes of a part; those of a chunk's parts are written one behind the other. */
        byte[] bytes(List<Row> part);
    }

    /**
     * Rows of chunks that are one part each.
     *
     * @param count about how many there are
     * @param chunk the columns that are alike in a chunk
     * @param order the columns that its rows are sorted by
     */
    ChunkTable(Dataset<Row> rows, long count, List<String> chunk, List<String> order) {
        this(rows, count, chunk, List.of(), order);
    }

    /**
     * Rows of chunks of several parts.
     *
     * @param count about how many there are
     * @param chunk the columns that are alike in a chunk
     * @param part further columns that are alike in a part of it
     * @param order the columns that the rows of a part are sorted by
     */
    ChunkTable(Dataset<Row> rows, long count, List<String> chunk, List<String> part, List<String> order) {
        this.rows = rows;
        this.count = count;
        this.chunk = chunk.toArray(String[]::new);
        this.part = part.toArray(String[]::new);
        this.order = order.toArray(String[]::new);
    }

    /** Writes all; returns the bytes of all files. */
    long write(ChunkFolder folder, Form form) {
        int slots = rows.sparkSession().sparkContext().defaultParallelism();
        String[] chunks = chunk;
        String[] parts = part;
        String[] sorting = Stream.of(chunk, part, order).flatMap(Stream::of).toArray(String[]::new);
        List<Long> sizes = rows.repartition(parts(slots), columns(chunk))
                .sortWithinPartitions(columns(sorting))
                .javaRDD()
                .mapPartitions(task ->
                        List.of(written(task, chunks, parts, folder, form)).iterator())
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

    private static long written(Iterator<Row> rows, String[] chunk, String[] part, ChunkFolder folder, Form form)
            throws IOException {
        long size = 0;
        List<Row> held = new ArrayList<>();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (rows.hasNext()) {
            Row row = rows.next();
            if (!held.isEmpty()) {
                Row first = held.get(0);
                boolean same = isAlike(first, row, chunk);
                if (!same || !isAlike(first, row, part)) {
                    bytes.writeBytes(form.bytes(held));
                    held.clear();
                }
                if (!same) {
                    size += folder.write(form.chunk(first), bytes.toByteArray());
                    bytes.reset();
                }
            }
            held.add(row);
        }
        if (!held.isEmpty()) {
            bytes.writeBytes(form.bytes(held));
            size += folder.write(form.chunk(held.get(0)), bytes.toByteArray());
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
