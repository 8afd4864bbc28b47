package foco.kernels;

import foco.kernels.breeze.BreezeKernel;
import foco.kernels.breeze.BreezeProduct;
import foco.kernels.dense.MatrixProduct;
import foco.kernels.vector.VectorKernel;
import foco.kernels.vector.VectorProduct;
import org.slf4j.LoggerFactory;

/**
 * Picks the arithmetic that this JVM can run: the Vector API where its module is loaded, Breeze elsewhere. Classes of
 * {@code foco.kernels.vector} are touched only after the module was found. A JVM without it says so in its log, once.
 */
public final class Kernels {

    private static final boolean VECTOR =
            ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();

    static {
        if (!VECTOR) {
            LoggerFactory.getLogger(Kernels.class)
                    .warn(
                            "Foco computes with its portable kernel, which is exact but many times slower than the one on the"
                                    + " Vector API; start Java with --add-modules=jdk.incubator.vector.");
        }
    }

    private Kernels() {}

    /** A kernel for one task and one thread. */
    public static AttentionKernel create(AttentionSpec spec) {
        return VECTOR ? new VectorKernel(spec) : new BreezeKernel(spec);
    }

    /**
     * Has a thread of its own run the kernel for a second or so, once in a process, and returns at once: so that the
     * first attention need not wait for the JVM to compile it.
     */
    public static void warmUp() {
        if (VECTOR) {
            WarmUp.begin();
        }
    }

    /** The matrix product for projections; safe to share between threads. */
    public static MatrixProduct matrixProduct() {
        return VECTOR ? new VectorProduct() : new BreezeProduct();
    }
}
