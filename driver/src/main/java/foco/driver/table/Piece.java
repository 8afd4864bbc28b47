package foco.driver.table;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.kernels.tile.Floats;
import java.io.Serializable;
import java.util.Arrays;

/**
 * Rows of one block that lie in one partition of a table.
 *
 * @param positions of the rows, as they came
 * @param columns one array a vector column, {@code [rows, elements]} row-major; zeros in a row that has a fault
 * @param rotary the position by which rotary embedding turns each row; empty where that is the row's own position
 * @param faults what is wrong with a row's vectors, empty if nothing is; no array if nothing is in any row
 */
@DefaultSerializer(JavaSerializer.class)
record Piece(String sequence, long block, long[] positions, float[][] columns, long[] rotary, String[] faults)
        implements Serializable {

    int rows() {
        return positions.length;
    }

    /** Whether its rows follow one another. */
    boolean isRun() {
        for (int i = 1; i < positions.length; i++) {
            if (positions[i] != positions[i - 1] + 1) {
                return false;
            }
        }
        return true;
    }

    long bytes() {
        return Arrays.stream(columns)
                .mapToLong(column -> Float.BYTES * (long) column.length)
                .sum();
    }

    /** What the driver needs to know of a piece. */
    Outline outline(int partition) {
        long last = Arrays.stream(positions).max().orElseThrow();
        return new Outline(partition, sequence, block, positions[0], last, rows(), isRun(), faults.length > 0, bytes());
    }

    /**
     * A piece without its vectors.
     *
     * @param first the position of its first row
     * @param last the largest position
     * @param run whether its rows follow one another
     * @param faulty whether something is wrong with a row
     */
    @DefaultSerializer(JavaSerializer.class)
    record Outline(
            int partition,
            String sequence,
            long block,
            long first,
            long last,
            int rows,
            boolean run,
            boolean faulty,
            long bytes)
            implements Serializable {}

    private Object writeReplace() {
        byte[][] bytes = Arrays.stream(columns).map(Floats::bytes).toArray(byte[][]::new);
        return new Form(sequence, block, positions, bytes, rotary, faults);
    }

    /** How a piece is written. */
    @DefaultSerializer(JavaSerializer.class)
    private record Form(String sequence, long block, long[] positions, byte[][] columns, long[] rotary, String[] faults)
            implements Serializable {

        private Object readResolve() {
            float[][] floats = Arrays.stream(columns).map(Floats::of).toArray(float[][]::new);
            return new Piece(sequence, block, positions, floats, rotary, faults);
        }
    }
}
