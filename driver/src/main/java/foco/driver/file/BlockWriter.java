package foco.driver.file;

import foco.driver.block.SelectedRdd;
import foco.driver.block.TokenBlock;
import foco.driver.cluster.Fetching;
import foco.driver.metrics.JobLabel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;

/**
 * Writes arrays from blocks of tokens that lie on executors. A task writes its blocks itself if it can open the pending
 * files: in local mode, and on a cluster whose machines share the folder. The blocks of other tasks are gathered to the
 * driver, a few at a time, and written there.
 */
public final class BlockWriter {

    private static final long NOT_SEEN = -1;

    private final List<ArrayWriter> arrays;

    /** @param arrays of the same sequences and tokens */
    public BlockWriter(List<ArrayWriter> arrays) {
        this.arrays = List.copyOf(arrays);
    }

    /**
     * Writes all blocks.
     *
     * @param blocks with a column for each array, {@code [rows, heads * width]}; a sequence's name is its index in the arrays
     * @return the partitions of {@code blocks} that were gathered to the driver
     * @throws IOException if the driver cannot write; what fails in a task ends as Spark's exception
     */
    public int write(JavaRDD<TokenBlock> blocks) throws IOException {
        try (JobLabel label = JobLabel.of(blocks.context(), "writing")) {
            int partitions = blocks.getNumPartitions();
            int[] left = writtenByTasks(blocks, partitions);
            if (left.length > 0) {
                double share = (double) left.length / partitions;
                long bytes = arrays.stream().mapToLong(ArrayWriter::bytes).sum();
                writeHere(Fetching.of(blocks.context())
                        .gather(SelectedRdd.inOrder(blocks, left), (long) (bytes * share)));
            }
            return left.length;
        }
    }

    /** Has tasks write what they can; returns the partitions that are left. */
    private int[] writtenByTasks(JavaRDD<TokenBlock> blocks, int partitions) {
        List<ArrayPart> parts =
                arrays.stream().map(ArrayWriter::part).flatMap(Optional::stream).toList();
        if (parts.size() < arrays.size()) {
            return IntStream.range(0, partitions).toArray();
        }
        List<Long> tokens = blocks.mapPartitions(
                        some -> List.of(write(parts, some)).iterator())
                .collect();
        long written = tokens.stream()
                .filter(done -> done != NOT_SEEN)
                .mapToLong(Long::longValue)
                .sum();
        arrays.forEach(array -> array.writtenByTasks(written));
        return IntStream.range(0, partitions)
                .filter(p -> tokens.get(p) == NOT_SEEN)
                .toArray();
    }

    /** In a task: the tokens written, or that the files cannot be opened here, as on a machine that does not share them. */
    private static long write(List<ArrayPart> parts, Iterator<TokenBlock> blocks) throws IOException {
        List<ArrayPart.Open> opened = new ArrayList<>();
        try {
            for (ArrayPart part : parts) {
                Optional<ArrayPart.Open> open = part.openIfSeen();
                if (open.isEmpty()) {
                    return NOT_SEEN;
                }
                opened.add(open.get());
            }
            long tokens = 0;
            while (blocks.hasNext()) {
                TokenBlock block = blocks.next();
                int sequence = Integer.parseInt(block.sequence());
                for (int c = 0; c < opened.size(); c++) {
                    opened.get(c).write(sequence, block.firstPosition(), block.rows(), block.columns()[c]);
                }
                tokens += block.rows();
            }
            for (ArrayPart.Open open : opened) {
                open.sync();
            }
            return tokens;
        } finally {
            for (ArrayPart.Open open : opened) {
                open.close();
            }
        }
    }

    private void writeHere(Iterator<TokenBlock> blocks) throws IOException {
        while (blocks.hasNext()) {
            TokenBlock block = blocks.next();
            int sequence = Integer.parseInt(block.sequence());
            for (int c = 0; c < arrays.size(); c++) {
                arrays.get(c).write(sequence, block.firstPosition(), block.rows(), block.columns()[c]);
            }
        }
    }
}
