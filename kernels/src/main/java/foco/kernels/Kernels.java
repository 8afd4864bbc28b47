package foco.kernels;

import foco.kernels.breeze.BreezeKernel;
import foco.kernels.breeze.BreezeProduct;
import foco.kernels.dense.MatrixProduct;
import foco.kernels.vector.VectorKernel;
import foco.kernels.vector.VectorProduct;

/**
 * Picks the arithmetic that this JVM can run: the Vector API where its module is loaded, Breeze elsewhere. Classes of
 * {@code foco.kernels.vector} are touched only after the module was found.
 */
public final class Kernels {

    private static final boolean VECTOR =
            ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();

    static {
        if (!VECTOR) {
            System.getLogger("foco")
                    .log(
                            System.Logger.Level.WARNING,
                            "The JVM was started without --add-modules=jdk.incubator.vector: Foco uses its portable kernel,"
                                    + " which is exact but many times slower.");
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
