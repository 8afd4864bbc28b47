package foco.driver.plan;

import foco.driver.block.Sequences;
import org.apache.spark.Partitioner;

/**
 * Which partition a packed block of keys and values lies in: each holds some consecutive blocks of one key/value head.
 * Blocks count through all sequences; short ones share a partition.
 */
public final class KeyValueLayout extends Partitioner {

    private final int[] firstBlocks;
    private final int heads;
    private final int run;

    /**
     * @param blockRows the rows of a block
     * @param heads the key/value heads
     * @param run the blocks of a partition
     */
    KeyValueLayout(Sequences keys, int blockRows, int heads, int run) {
        this.firstBlocks = keys.firstBlocks(blockRows);
        this.heads = heads;
        this.run = run;
        Math.multiplyExact(heads, blocksOfHead()); // numbers are ints
    }

    private int blocksOfHead() {
        return firstBlocks[firstBlocks.length - 1];
    }

    private int partitionsOfHead() {
        return (blocksOfHead() + run - 1) / run;
    }

    /** The blocks of all heads and sequences. */
    int blocks() {
        return heads * blocksOfHead();
    }

    /** The number of sequences. */
    int sequences() {
        return firstBlocks.length - 1;
    }

    /** The key/value head that a partition belongs to. */
    int head(int partition) {
        return partition / partitionsOfHead();
    }

    /** The partitions of one head that hold blocks of a sequence. */
    int partitions(int sequence) {
        return (firstBlocks[sequence + 1] - 1) / run - firstBlocks[sequence] / run + 1;
    }

    /** Whether a partition holds a block of a sequence. */
    boolean holds(int partition, int sequence) {
        int first = partition % partitionsOfHead() * run;
        return firstBlocks[sequence] < first + run && firstBlocks[sequence + 1] > first;
    }

    /** The blocks of a sequence in one head. */
    public int blocks(int sequence) {
        return firstBlocks[sequence + 1] - firstBlocks[sequence];
    }

    /** The number of a block among all: blocks go to their partitions by it, and stand in its order there. */
    public int number(int head, int sequence, int block) {
        return head * blocksOfHead() + firstBlocks[sequence] + block;
    }

    /** The partition that a block lies in. */
    int partition(int head, int sequence, int block) {
        return getPartition(number(head, sequence, block));
    }

    /** The blocks that a partition holds, of whatever sequences. */
    int blocksIn(int partition) {
        return Math.min(run, blocksOfHead() - partition % partitionsOfHead() * run);
    }

    /** The first block after {@code block} that lies in another partition, perhaps beyond the sequence. */
    int endBlock(int sequence, int block) {
        int place = firstBlocks[sequence] + block;
        return (place / run + 1) * run - firstBlocks[sequence];
    }

    @Override
    public int numPartitions() {
        return heads * partitionsOfHead();
    }

    /** @param number of a block */
    @Override
    public int getPartition(Object number) {
        int n = (Integer) number;
        return n / blocksOfHead() * partitionsOfHead() + n % blocksOfHead() / run;
    }
}
