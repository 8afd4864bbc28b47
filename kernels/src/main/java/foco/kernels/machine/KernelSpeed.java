package foco.kernels.machine;

import foco.kernels.AttentionSpec;
import foco.kernels.routine.AttentionKernel;
import foco.kernels.softmax.SoftmaxState;
import foco.kernels.tile.KeyValueBlock;
import foco.kernels.tile.QueryBlock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * How fast the kernel of this JVM is beside what the processor can do at most, by {@link Peak}: 0.7 or more is usual, and a
 * kernel that the JVM has compiled badly is below {@value #LOW_SHARE} for the life of that JVM.
 *
 * @param kernel 10^9 operations a second of a core, at its best
 * @param peak those of multiplications and additions alone
 */
public record KernelSpeed(double kernel, double peak) {

    private static final double LOW_SHARE = 0.5;

    /** Above 1 only by the scatter of short slices. */
    private static final double MOST_SHARE = 1.2;

    /** The width at which bad code shows most, as the softmax is the greatest part of the work. */
    private static final int WIDTH = 32;

    private static final int QUERIES = 64;
    private static final int KEYS = 512;

    /** Slices of a fifth of a millisecond: on a busy machine most are interrupted, and some of so short ones are not. */
    private static final int SWEEPS_OF_SLICE = 4;

    private static final int PEAK_TURNS_OF_SLICE = 50_000;
    private static final int LEAST_SLICES = 16;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** The kernel's part of the peak. */
    public double share() {
        return kernel / peak;
    }

    /** Whether the kernel is slower than it ever is where it is compiled well. */
    public boolean isLow() {
        return share() < LOW_SHARE;
    }

    /** Whether both are compiled: a kernel above the peak says that the peak's own loop is not. */
    private boolean isSettled() {
        return !isLow() && share() <= MOST_SHARE;
    }

    /**
     * Measures both by turns, and takes the best of either. Where that is enough it takes a hundredth of a second. What the JVM has
     * not compiled yet, the kernel or the peak's loop, is measured again and again.
     *
     * @param patienceNanos how long
     */
    static KernelSpeed measure(long patienceNanos) {
        AttentionSpec spec = AttentionSpec.of(1, WIDTH);
        float[] zeros = new float[KEYS * WIDTH];
        KeyValueBlock keys = KeyValueBlock.pack(0, KEYS, zeros, 0, WIDTH, WIDTH, zeros, 0, WIDTH, WIDTH);
        QueryBlock queries = QueryBlock.pack(spec, 0, 0, QUERIES, zeros, 0, WIDTH);
        SoftmaxState state = SoftmaxState.of(spec, 0, QUERIES);
        AttentionKernel kernel = Kernels.create(spec);
        double operations = 4.0 * WIDTH * QUERIES * KEYS * SWEEPS_OF_SLICE;
        KernelSpeed best = new KernelSpeed(0, 0);
        long begin = System.nanoTime();
        for (int slice = 1; ; slice++) {
            long start = System.nanoTime();
            for (int i = 0; i < SWEEPS_OF_SLICE; i++) {
                kernel.attend(queries, keys, state);
            }
            long middle = System.nanoTime();
            double peakOperations = Peak.run(PEAK_TURNS_OF_SLICE);
            long end = System.nanoTime();
            best = new KernelSpeed(
                    Math.max(best.kernel, operations / (middle - start)),
                    Math.max(best.peak, peakOperations / (end - middle)));
            if (slice >= LEAST_SLICES) {
                if (best.isSettled() || end - begin >= patienceNanos) {
                    return best;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }
}
