package foco.driver.block;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Which partition each block of some sequences lies in. A long sequence's blocks have a partition each, so that a task
 * reads no more than it wants; short sequences share one. It depends on the lengths and the block's rows alone: sets of
 * blocks over the same sequences meet partition by partition.
 */
public final class BlockLayout implements Serializable {

    /** Rows of short sequences in a partition, however short each is: a part of a task's work, so that tasks can be made even. */
    private static final int SHARED_ROWS = 2048;

    private final int blockRows;
    private final int[] firstBlocks;
    private final long[] lengths;
    private final int[] firstOfPartition;

    private BlockLayout(int blockRows, int[] firstBlocks, long[] lengths, int[] firstOfPartition) {
        this.blockRows = blockRows;
        this.firstBlocks = firstBlocks;
        this.lengths = lengths;
        this.firstOfPartition = firstOfPartition;
    }

    /** @param blockRows the rows of a block; the last one of a sequence may have fewer */
    public static BlockLayout of(Sequences sequences, int blockRows) {
        int[] firstBlocks = sequences.firstBlocks(blockRows);
        long[] lengths = new long[sequences.count()];
        Arrays.setAll(lengths, sequences::length);
        int[] starts = new int[firstBlocks[lengths.length] + 1];
        int partitions = 0;
        long shared = SHARED_ROWS;
        for (int s = 0; s < lengths.length; s++) {
            boolean isShort = lengths[s] <= blockRows;
            if (isShort && shared + lengths[s] <= SHARED_ROWS) {
                shared += lengths[s];
                continue;
            }
            for (int block = firstBlocks[s]; block < firstBlocks[s + 1]; block++) {
                starts[partitions++] = block;
            }
            shared = isShort ? lengths[s] : SHARED_ROWS;
        }
        starts[partitions] = firstBlocks[lengths.length];
        return new BlockLayout(blockRows, firstBlocks, lengths, Arrays.copyOf(starts, partitions + 1));
    }

    public int blockRows() {
        return blockRows;
    }

    public int blocks() {
        return firstBlocks[lengths.length];
    }

    public int partitions() {
        return firstOfPartition.length - 1;
    }

    public int sequences() {
        return lengths.length;
    }

    /** The first block of a sequence; of the number of sequences, the number of blocks. */
    public int firstBlockOf(int sequence) {
        return firstBlocks[sequence];
    }

    /** The number of a block among those of all sequences. */
    public int number(int sequence, long firstPosition) {
        return firstBlocks[sequence] + (int) (firstPosition / blockRows);
    }

    /** The first block of a partition, and after the last partition the number of blocks. */
    public int firstBlock(int partition) {
        return firstOfPartition[partition];
    }

    /** The partition that a block lies in. */
    public int partition(int block) {
        int found = Arrays.binarySearch(firstOfPartition, block);
        return found >= 0 ? found : -found - 2;
    }

    /** The sequence that a block belongs to. */
    public int sequence(int block) {
        int found = Arrays.binarySearch(firstBlocks, block);
        // Sequences are never empty, so that no two begin with the same block.
        return found >= 0 ? found : -found - 2;
    }

    /** The position of a block's first row. */
    public long firstPosition(int block) {
        return (long) (block - firstBlocks[sequence(block)]) * blockRows;
    }

    /** The rows of a block. */
    public int rows(int block) {
        return (int) Math.min(blockRows, lengths[sequence(block)] - firstPosition(block));
    }

    /** The rows of the blocks in a partition. */
    long partitionRows(int partition) {
        long rows = 0;
        for (int block = firstOfPartition[partition]; block < firstOfPartition[partition + 1]; block++) {
            rows += rows(block);
        }
        return rows;
    }
}
