package foco.driver.sweep;

import foco.kernels.AttentionSpec;
import foco.kernels.machine.Kernels;
import foco.kernels.routine.AttentionKernel;
import foco.kernels.softmax.SegmentedState;
import foco.kernels.softmax.SoftmaxState;
import foco.kernels.tile.KeyValueBlock;
import foco.kernels.tile.QueryBlock;
import java.util.Optional;

/**
 * The self-attention of sequences that are one block each, head by head, where their queries, keys and values are: the bits
 * are those that every strategy gives. It serves one thread.
 */
public final class WholeSequence {

    private Optional<AttentionSpec> spec = Optional.empty();
    private Optional<AttentionKernel> kernel = Optional.empty();

    /**
     * Attention of a sequence's tokens to each other.
     *
     * @param own what to compute for this sequence
     * @param projected queries, keys and values, {@code [allRows, heads * width]} each
     * @param firstRow of the sequence in them
     * @param output receives the sequence's rows at the same place, {@code [allRows, heads * valueWidth]}
     */
    public void attend(AttentionSpec own, float[][] projected, int firstRow, int rows, float[] output) {
        if (kernel.isEmpty() || !own.equals(spec.orElseThrow())) {
            spec = Optional.of(own);
            kernel = Optional.of(Kernels.create(own));
        }
        KeyValueBlock packed = pack(own, projected, firstRow, rows, 0);
        for (int head = 0; head < own.heads(); head++) {
            // Heads that share keys and values follow one another.
            if (head > 0 && own.keyValueHead(head) != own.keyValueHead(head - 1)) {
                packed = pack(own, projected, firstRow, rows, own.keyValueHead(head));
            }
            int query = firstRow * own.queryRowWidth() + head * own.keyWidth();
            QueryBlock queries = QueryBlock.pack(own, head, 0, rows, projected[0], query, own.queryRowWidth());
            SegmentedState state = new SegmentedState(own, head, rows, 1);
            kernel.get().attend(queries, packed, state.of(0));
            SoftmaxState merged = state.merge();
            merged.finish(output, firstRow * own.outputRowWidth() + head * own.valueWidth(), own.outputRowWidth());
        }
    }

    private static KeyValueBlock pack(AttentionSpec own, float[][] projected, int firstRow, int rows, int head) {
        return KeyValueBlock.pack(
                0,
                rows,
                projected[1],
                firstRow * own.keyRowWidth() + head * own.keyWidth(),
                own.keyRowWidth(),
                own.keyWidth(),
                projected[2],
                firstRow * own.valueRowWidth() + head * own.valueWidth(),
                own.valueRowWidth(),
                own.valueWidth());
    }
}
