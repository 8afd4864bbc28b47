package foco.kernels.machine;

import foco.kernels.AttentionSpec;
import foco.kernels.breeze.BreezeFolds;
import foco.kernels.breeze.BreezeKernel;
import foco.kernels.dense.DenseKernel;
import foco.kernels.routine.AttentionKernel;
import foco.kernels.routine.FoldKernel;
import foco.kernels.scalar.ScalarDense;
import foco.kernels.vector.VectorDense;
import foco.kernels.vector.VectorFolds;
import foco.kernels.vector.VectorKernel;
import foco.kernels.vector.VectorMachine;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/**
 * Picks the arithmetic that this JVM can run: the Vector API where its module is loaded and the machine has vectors for it,
 * Breeze elsewhere. Classes of {@code foco.kernels.vector} are touched only after the module was found. A JVM that computes
 * on Breeze says so in its log, once.
 */
public final class Kernels {

    private static final boolean MODULE =
            ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();

    private static final boolean VECTOR = MODULE && VectorMachine.shape().isPresent();

    static {
        if (!VECTOR) {
            LoggerFactory.getLogger(Kernels.class)
                    .warn(
                            "Foco computes with its portable kernel, which is exact but many times slower than the one on the"
                                    + " Vector API; {}.",
                            MODULE
                                    ? "this machine, or Java on it, has no vectors of 128 bits or no fused multiply-add"
                                    : "start Java with --add-modules=jdk.incubator.vector");
        }
    }

    private Kernels() {}

    /** A kernel for one task and one thread. */
    public static AttentionKernel create(AttentionSpec spec) {
        return VECTOR ? new VectorKernel(spec) : new BreezeKernel(spec);
    }

    static boolean isVector() {
        return VECTOR;
    }

    /** A kernel that goes through the weights of attention, for one task and one thread. */
    public static FoldKernel folds(AttentionSpec spec) {
        return VECTOR ? new VectorFolds(spec) : new BreezeFolds(spec);
    }

    /** Which of the kernels {@link #create} makes in this JVM: "vector" or "portable". They round differently. */
    public static String kind() {
        return VECTOR ? "vector" : "portable";
    }

    /**
     * A fingerprint of how the kernel of this JVM rounds, some letters and digits: JVMs in which it is the same give the same
     * bits for the same attention. A JVM that has not computed yet takes half a second for it.
     */
    public static String roundingPrint() {
        return RoundingPrint.of(Kernels::create);
    }

    /**
     * Has a thread of its own run the kernel for a second or so, once in a process, and returns at once: so that the
     * first attention need not wait for the JVM to compile it.
     *
     * @param measured is told, on that thread, how fast the kernel then is; never where it is the portable one
     */
    public static void warmUp(Consumer<KernelSpeed> measured) {
        if (VECTOR) {
            WarmUp.begin(measured);
        }
    }

    /** The arithmetic around attention, for one task and one thread. Its bits are the same in every JVM. */
    public static DenseKernel dense() {
        return VECTOR ? new VectorDense() : new ScalarDense();
    }
}
