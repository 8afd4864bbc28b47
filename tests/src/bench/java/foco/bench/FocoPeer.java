package foco.bench;

import foco.kernels.AttentionSpec;
import foco.kernels.machine.Kernels;
import foco.kernels.routine.AttentionKernel;
import foco.kernels.softmax.SoftmaxState;
import foco.kernels.tile.KeyValueBlock;
import foco.kernels.tile.QueryBlock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/**
 * Foco's kernel as its tasks use it: blocks of 768 queries sweep blocks of 768 packed keys and values. Threads share the
 * heads out, each with a kernel of its own, like tasks.
 */
final class FocoPeer implements Peer {
    static final int BLOCK_ROWS = 768;

    private final Tokens tokens;
    private final AttentionSpec spec;
    private final List<AttentionKernel> kernels;
    /** Of all threads but the caller's. */
    private final ExecutorService others;

    private final boolean packedBefore;
    private final KeyValueBlock[][] packed = new KeyValueBlock[Shape.HEADS][];
    private final float[] output;

    /** @param packedBefore whether keys and values are packed once, here, or by each run */
    FocoPeer(Tokens tokens, boolean packedBefore, int threads) {
        this.tokens = tokens;
        this.spec = tokens.shape().spec();
        this.kernels =
                IntStream.range(0, threads).mapToObj(t -> Kernels.create(spec)).toList();
        this.others = Executors.newCachedThreadPool();
        this.packedBefore = packedBefore;
        this.output = new float[tokens.query().length];
        if (packedBefore) {
            for (int h = 0; h < packed.length; h++) {
                packed[h] = pack(h);
            }
        }
    }

    @Override
    public void run() {
        CompletableFuture<?>[] shares = IntStream.range(1, kernels.size())
                .mapToObj(thread -> CompletableFuture.runAsync(() -> attendShare(thread), others))
                .toArray(CompletableFuture<?>[]::new);
        attendShare(0);
        CompletableFuture.allOf(shares).join();
    }

    private void attendShare(int thread) {
        int queries = tokens.shape().queries();
        for (int h = thread; h < Shape.HEADS; h += kernels.size()) {
            KeyValueBlock[] blocks = packedBefore ? packed[h] : pack(h);
            for (int first = 0; first < queries; first += BLOCK_ROWS) {
                attend(kernels.get(thread), h, first, Math.min(BLOCK_ROWS, queries - first), blocks);
            }
        }
    }

    private void attend(AttentionKernel kernel, int head, int first, int count, KeyValueBlock[] blocks) {
        int width = spec.keyWidth();
        int stride = spec.queryRowWidth();
        int at = first * stride + head * width;
        QueryBlock block = QueryBlock.pack(spec, head, first, count, tokens.query(), at, stride);
        SoftmaxState state = SoftmaxState.of(spec, head, count);
        for (KeyValueBlock keys : blocks) {
            kernel.attend(block, keys, state);
        }
        state.finish(output, at, stride);
    }

    private KeyValueBlock[] pack(int head) {
        int keys = tokens.shape().keys();
        int width = spec.keyWidth();
        int stride = spec.keyRowWidth();
        KeyValueBlock[] blocks = new KeyValueBlock[(keys + BLOCK_ROWS - 1) / BLOCK_ROWS];
        for (int b = 0; b < blocks.length; b++) {
            int first = b * BLOCK_ROWS;
            int count = Math.min(BLOCK_ROWS, keys - first);
            int at = first * stride + head * width;
            blocks[b] = KeyValueBlock.pack(
                    first, count, tokens.key(), at, stride, width, tokens.value(), at, stride, width);
        }
        return blocks;
    }

    @Override
    public float[] output() {
        return output;
    }

    @Override
    public void close() {
        others.shutdownNow();
    }
}
