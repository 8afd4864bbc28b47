package foco.driver.strategy;

import foco.kernels.softmax.SegmentedState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Which keys and values a task pulls, and in which order. Tasks begin at unlike segments, so that they do not all ask one
 * executor for one block. A partition in which the first segment begins and another ends is pulled for either, since
 * within a segment blocks have to come in order.
 */
final class PullOrder {

    private PullOrder() {}

    /**
     * Blocks of a sequence that lie in one partition.
     *
     * @param endBlock the block after the last
     */
    record Pull(int partition, int sequence, int firstBlock, int endBlock) {

        boolean holds(PackedBlock block) {
            return block.sequence() == sequence && block.block() >= firstBlock && block.block() < endBlock;
        }
    }

    /**
     * All that a task might have to see.
     *
     * @param head the key/value head
     * @param sequences those of the keys
     * @param task its number, which decides where it begins
     */
    static List<Pull> of(KeyValueLayout layout, int head, Collection<Integer> sequences, int task) {
        List<Pull> pulls = new ArrayList<>();
        for (int sequence : sequences) {
            int blocks = layout.blocks(sequence);
            int first = SegmentedState.firstBlock(task % SegmentedState.SEGMENTS, blocks);
            add(pulls, layout, head, sequence, first, blocks);
            add(pulls, layout, head, sequence, 0, first);
        }
        return pulls;
    }

    private static void add(List<Pull> pulls, KeyValueLayout layout, int head, int sequence, int from, int end) {
        for (int block = from; block < end; ) {
            int next = Math.min(end, layout.endBlock(sequence, block));
            pulls.add(new Pull(layout.partition(head, sequence, block), sequence, block, next));
            block = next;
        }
    }
}
