package foco.driver.strategy;

import foco.driver.table.Sequences;
import org.apache.spark.Partitioner;

/**
 * Which partition a packed block lies in: each holds some consecutive blocks of one key/value head. Blocks count through
 * all sequences; short ones share a partition.
 */
final class KeyValueLayout extends Partitioner {

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

    /** The blocks of a sequence in one head. */
    int blocks(int sequence) {
        return firstBlocks[sequence + 1] - firstBlocks[sequence];
    }

    /** The number of a block among all: blocks go to their partitions by it, and stand in its order there. */
    int number(int head, int sequence, int block) {
        return head * blocksOfHead() + firstBlocks[sequence] + block;
    }

    int partition(int head, int sequence, int block) {
        return getPartition(number(head, sequence, block));
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

    @Override
    public int getPartition(Object number) {
        int n = (Integer) number;
        return n / blocksOfHead() * partitionsOfHead() + n % blocksOfHead() / run;
    }
}
