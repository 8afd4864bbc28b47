package foco.driver.strategy;

import foco.driver.metrics.AttentionMetrics;
import foco.driver.plan.WorkItem;
import foco.kernels.AttentionKernel;
import foco.kernels.AttentionSpec;
import foco.kernels.Kernels;

/** The kernel of one task, made anew only where the next sequence's attention is another. */
final class SequenceKernel {

    private final AttentionMetrics metrics;
    private AttentionSpec spec;
    private MeteredKernel kernel;

    /** @param metrics to be told what the task does */
    SequenceKernel(AttentionMetrics metrics) {
        this.metrics = metrics;
    }

    AttentionKernel of(AttentionSpec wanted) {
        if (kernel == null || wanted != spec) {
            if (kernel != null) {
                metrics.add(kernel.tell(0, 0));
            }
            kernel = new MeteredKernel(Kernels.create(wanted));
            spec = wanted;
        }
        return kernel;
    }

    /** To be called when an item has seen all its keys. */
    void finished(WorkItem item, AttentionSpec its) {
        finished(item.pairs(), its);
    }

    /** To be called when an item has seen some of its keys and will see no more in this task. */
    void finished(long pairs, AttentionSpec its) {
        of(its);
        double operations = 2.0 * (its.keyWidth() + its.valueWidth()) * pairs;
        metrics.add(kernel.tell(pairs, operations));
    }
}
