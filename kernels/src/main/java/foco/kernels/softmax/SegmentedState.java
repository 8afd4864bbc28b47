package foco.kernels.softmax;

import foco.kernels.AttentionSpec;
import java.util.Arrays;
import java.util.Objects;

/**
 * Attention of some queries over the keys of a sequence, swept in an order that need not be the keys'. The sequence's
 * blocks of keys are cut into {@value #SEGMENTS} segments of about as many blocks, and each segment has a
 * {@link SoftmaxState} of its own. Segments may be swept in any order, the blocks within one in theirs; as the states
 * are merged in the order of segments, the result is the same to the last bit.
 */
public final class SegmentedState {

    /** Enough places for tasks to begin at; more would cost memory, as a task holds a state for each. */
    public static final int SEGMENTS = 4;

    private final AttentionSpec spec;
    private final int head;
    private final int rows;
    private final int blocks;
    private final SoftmaxState[] states = new SoftmaxState[SEGMENTS];

    /**
     * The state of {@code rows} queries of a head that have seen no key.
     *
     * @param blocks the blocks of keys of the whole sequence
     */
    public SegmentedState(AttentionSpec spec, int head, int rows, int blocks) {
        this.spec = spec;
        this.head = head;
        this.rows = rows;
        this.blocks = blocks;
    }

    /** The first block of a segment, for {@code segment} 0 to {@value #SEGMENTS}, the last being the end of all. */
    public static int firstBlock(int segment, int blocks) {
        return (int) (((long) segment * blocks + SEGMENTS - 1) / SEGMENTS);
    }

    /** The segment that a block belongs to. */
    public static int segment(int block, int blocks) {
        return (int) ((long) block * SEGMENTS / blocks);
    }

    /** The state that takes in block {@code block}. */
    public SoftmaxState of(int block) {
        int segment = segment(block, blocks);
        if (states[segment] == null) {
            states[segment] = SoftmaxState.of(spec, head, rows);
        }
        return states[segment];
    }

    /** The state over all blocks taken in; afterwards this is of no more use. */
    public SoftmaxState merge() {
        SoftmaxState merged = null;
        for (SoftmaxState state : states) {
            if (merged == null) {
                merged = state;
            } else if (state != null) {
                merged.merge(state);
            }
        }
        return merged == null ? SoftmaxState.of(spec, head, rows) : merged;
    }

    /** The bytes that the states take. */
    public long bytes() {
        return Arrays.stream(states).filter(Objects::nonNull).count() * SoftmaxState.bytes(rows, spec.valueWidth());
    }

    /** The bytes that the states of {@code rows} queries take, once blocks of every segment were taken in. */
    public static long bytes(int rows, int valueWidth, int blocks) {
        return Math.min(blocks, SEGMENTS) * SoftmaxState.bytes(rows, valueWidth);
    }
}
