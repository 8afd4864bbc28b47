package foco.kernels.machine;

import foco.kernels.AttentionSpec;
import foco.kernels.mask.Mask;
import foco.kernels.routine.AttentionKernel;
import foco.kernels.softmax.SoftmaxState;
import foco.kernels.tile.KeyValueBlock;
import foco.kernels.tile.QueryBlock;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Has the kernel compiled before it is needed. Until the JVM's optimizing compiler is through with it, vectors are
 * objects on the heap and a kernel runs at a hundredth of its rate: for most of a second, which the first task of every
 * process would lose. While a process reads and packs its input, a thread of its own spends that second on random numbers, and then
 * sees how fast the compiled kernel is.
 */
final class WarmUp implements Runnable {

    private static final int WIDTH = 64;

    /** A tenth of a second's work once it is compiled; before, the first few take as long as the compiler does. */
    private static final int SWEEPS = 500;

    private static final long MOST_NANOS = 5_000_000_000L;

    private static final AtomicBoolean BEGUN = new AtomicBoolean();

    /** How long the kernel may seem slow until it counts as such: the compiler may have much else to do at first. */
    private static final long PATIENCE_NANOS = 20_000_000_000L;

    private final Consumer<KernelSpeed> measured;

    private WarmUp(Consumer<KernelSpeed> measured) {
        this.measured = measured;
    }

    /** Begins once in a process, and returns at once. */
    static void begin(Consumer<KernelSpeed> measured) {
        if (BEGUN.compareAndSet(false, true)) {
            Thread thread = new Thread(new WarmUp(measured), "foco-kernel-warm-up");
            thread.setDaemon(true);
            thread.start();
        }
    }

    @Override
    public void run() {
        List<Sweep> sweeps = List.of(new Sweep(64, 512), new Sweep(72, 509));
        long start = System.nanoTime();
        for (int i = 0; i < SWEEPS && System.nanoTime() - start < MOST_NANOS; i++) {
            sweeps.forEach(Sweep::run);
        }
        measured.accept(KernelSpeed.measure(PATIENCE_NANOS));
    }

    /**
     * The last queries of a causal sequence: some tiles are seen whole, some in part. Numbers and counts are unlike each
     * other, as in real input: code that the compiler has never seen run, it leaves out, and must compile once more when
     * it runs after all.
     */
    private static final class Sweep {

        private final AttentionSpec spec = AttentionSpec.of(1, WIDTH).withMask(Mask.causal());
        private final AttentionKernel kernel = Kernels.create(spec);
        private final QueryBlock queries;
        private final KeyValueBlock keys;

        Sweep(int queryCount, int keyCount) {
            Random random = new Random(keyCount);
            float[] numbers = new float[keyCount * WIDTH];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = (float) random.nextGaussian();
            }
            queries = QueryBlock.pack(spec, 0, keyCount - queryCount, queryCount, numbers, 0, WIDTH);
            keys = KeyValueBlock.pack(0, keyCount, numbers, 0, WIDTH, WIDTH, numbers, 0, WIDTH, WIDTH);
        }

        void run() {
            SoftmaxState state = SoftmaxState.of(spec, 0, queries.count());
            kernel.attend(queries, keys, state);
        }
    }
}
