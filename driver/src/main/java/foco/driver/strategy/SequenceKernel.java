package foco.driver.strategy;

import foco.kernels.AttentionKernel;
import foco.kernels.AttentionSpec;
import foco.kernels.Kernels;

/** The kernel of one task, made anew only where the next sequence's attention is another. */
final class SequenceKernel {

    private AttentionSpec spec;
    private AttentionKernel kernel;

    AttentionKernel of(AttentionSpec wanted) {
        if (kernel == null || wanted != spec) {
            kernel = Kernels.create(wanted);
            spec = wanted;
        }
        return kernel;
    }
}
