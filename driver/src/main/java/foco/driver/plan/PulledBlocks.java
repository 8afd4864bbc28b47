package foco.driver.plan;

import foco.kernels.softmax.SegmentedState;
import java.util.ArrayList;
import java.util.List;

/**
 * Blocks of a sequence that lie in one partition of keys and values, which a task pulls together.
 *
 * @param sequence its place among those of the keys
 * @param endBlock the block after the last
 */
public record PulledBlocks(int partition, int sequence, int firstBlock, int endBlock) {

    int blocks() {
        return endBlock - firstBlock;
    }

    /** Whether a block of the partition is one of these. */
    public boolean holds(int ofSequence, int block) {
        return ofSequence == sequence && block >= firstBlock && block < endBlock;
    }

    /**
     * All keys and values of a sequence in the order in which a task pulls them. Tasks begin at unlike segments, so that
     * they do not all ask one executor for one block. A partition in which the first segment begins and another ends is
     * pulled for either, since within a segment blocks have to come in order.
     *
     * @param head the key/value head
     * @param task its number, which decides where it begins
     */
    static List<PulledBlocks> sequence(KeyValueLayout layout, int head, int sequence, int task) {
        int blocks = layout.blocks(sequence);
        int first = SegmentedState.firstBlock(task % SegmentedState.SEGMENTS, blocks);
        List<PulledBlocks> pulls = new ArrayList<>();
        add(pulls, layout, head, sequence, first, blocks);
        add(pulls, layout, head, sequence, 0, first);
        return pulls;
    }

    private static void add(
            List<PulledBlocks> pulls, KeyValueLayout layout, int head, int sequence, int from, int end) {
        for (int block = from; block < end; ) {
            int next = Math.min(end, layout.endBlock(sequence, block));
            pulls.add(new PulledBlocks(layout.partition(head, sequence, block), sequence, block, next));
            block = next;
        }
    }
}
