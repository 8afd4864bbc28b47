package foco.kernels.softmax;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import foco.kernels.AttentionSpec;
import foco.kernels.breeze.ReferenceAttention;
import foco.kernels.machine.Kernels;
import foco.kernels.mask.Mask;
import foco.kernels.tile.KeyValueBlock;
import foco.kernels.tile.QueryBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SegmentedStateTest {

    private static final int ROWS = 20;
    private static final int WIDTH = 12;
    private static final int BLOCK_ROWS = 16;

    private static float[] gaussians(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** Attention over all blocks, swept in {@code order}. */
    private static float[] attend(AttentionSpec spec, float[] q, float[] k, float[] v, int[] order) {
        QueryBlock queries = QueryBlock.pack(spec, 0, 0, ROWS, q, 0, WIDTH);
        SegmentedState state = new SegmentedState(spec, 0, ROWS, order.length);
        for (int block : order) {
            int from = block * BLOCK_ROWS * WIDTH;
            KeyValueBlock packed = KeyValueBlock.pack(
                    (long) block * BLOCK_ROWS, BLOCK_ROWS, k, from, WIDTH, WIDTH, v, from, WIDTH, WIDTH);
            Kernels.create(spec).attend(queries, packed, state.of(block));
        }
        float[] output = new float[ROWS * WIDTH];
        state.merge().finish(output, 0, WIDTH);
        return output;
    }

    /** All blocks, beginning with those of a segment. */
    private static int[] from(int segment, int blocks) {
        int first = SegmentedState.firstBlock(segment, blocks);
        return IntStream.range(0, blocks).map(i -> (first + i) % blocks).toArray();
    }

    @Test
    void theSegmentThatATaskBeginsWithChangesNoBit() {
        AttentionSpec spec = AttentionSpec.of(1, WIDTH).withMask(Mask.causal(50));
        for (int blocks : new int[] {1, 2, 3, 4, 5, 7, 8, 23}) {
            Random random = new Random(blocks);
            float[] q = gaussians(random, ROWS * WIDTH);
            float[] k = gaussians(random, blocks * BLOCK_ROWS * WIDTH);
            float[] v = gaussians(random, blocks * BLOCK_ROWS * WIDTH);
            float[] expected = attend(spec, q, k, v, from(0, blocks));
            for (int segment = 1; segment < SegmentedState.SEGMENTS; segment++) {
                assertArrayEquals(expected, attend(spec, q, k, v, from(segment, blocks)));
            }
            double[] exact = ReferenceAttention.attend(spec, 0, q, k, v).output();
            for (int i = 0; i < expected.length; i++) {
                assertEquals(exact[i], expected[i], 1e-6);
            }
        }
    }

    @Test
    void everyBlockBelongsToTheSegmentWhoseRangeHoldsIt() {
        for (int blocks = 1; blocks < 50; blocks++) {
            SegmentedState state = new SegmentedState(AttentionSpec.of(1, 1), 0, 1, blocks);
            List<SoftmaxState> met = new ArrayList<>();
            for (int segment = 0; segment < SegmentedState.SEGMENTS; segment++) {
                int first = SegmentedState.firstBlock(segment, blocks);
                int end = SegmentedState.firstBlock(segment + 1, blocks);
                List<SoftmaxState> own = IntStream.range(first, end)
                        .mapToObj(state::of)
                        .distinct()
                        .toList();
                assertEquals(Math.min(1, end - first), own.size());
                met.addAll(own);
            }
            assertEquals(
                    Math.min(blocks, SegmentedState.SEGMENTS),
                    met.stream().distinct().count());
        }
    }

    @Test
    void aQueryThatMeetsNoBlockSeesNothing() {
        SoftmaxState merged = new SegmentedState(AttentionSpec.of(1, 3), 0, 1, 9).merge();
        assertEquals(Float.NEGATIVE_INFINITY, merged.logSumExp(0));
    }
}
