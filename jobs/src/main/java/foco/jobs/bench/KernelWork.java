package foco.jobs.bench;

import foco.kernels.machine.Kernels;
import foco.kernels.routine.AttentionKernel;
import foco.kernels.softmax.SoftmaxState;
import foco.kernels.tile.KeyValueBlock;
import foco.kernels.tile.QueryBlock;

/**
 * One thread's attention, a block of queries over all keys of its head at a time: all that a task of Foco's computes,
 * without Spark.
 *
 * <p>Blocks of unlike heads and places follow each other, so that any stretch of work is like the whole: under a causal
 * mask the last blocks cost many times the first, and less for each key.
 */
final class KernelWork implements Work {
    private final KernelInput input;
    private final AttentionKernel kernel;
    private final float[] output;
    private final int count;
    private final int step;
    private int next;

    /** Thread {@code thread} of {@code threads}, each of which begins elsewhere. */
    KernelWork(KernelInput input, int thread, int threads) {
        this.input = input;
        this.kernel = Kernels.create(input.spec());
        this.output = new float[KernelInput.BLOCK_ROWS * input.timed().width()];
        this.count = input.queryBlocks() * input.timed().heads();
        this.step = evenStep(count);
        this.next = (int) ((long) count * thread / threads);
    }

    /** Steps of the golden section leave no part of a circle out for long; one without a common divisor meets all. */
    private static int evenStep(int count) {
        int step = Math.max(1, (int) Math.round(count * 0.618));
        while (greatestCommonDivisor(step, count) != 1) {
            step++;
        }
        return step;
    }

    private static int greatestCommonDivisor(int a, int b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }

    @Override
    public double run() {
        int head = next / input.queryBlocks();
        int block = next % input.queryBlocks();
        next = (next + step) % count;
        int width = input.timed().width();
        float[] rows = input.queries(head, block);
        long first = (long) block * KernelInput.BLOCK_ROWS;
        int queries = rows.length / width;
        QueryBlock packed = QueryBlock.pack(input.spec(), head, first, queries, rows, 0, width);
        SoftmaxState state = SoftmaxState.of(input.spec(), head, queries);
        for (KeyValueBlock keys : input.keys(head)) {
            kernel.attend(packed, keys, state);
        }
        state.finish(output, 0, width);
        return input.operations(head, block);
    }
}
