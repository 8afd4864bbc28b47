package foco.driver.meter;

import foco.driver.metrics.AttentionMetrics;
import foco.kernels.AttentionSpec;
import foco.kernels.machine.Kernels;
import foco.kernels.routine.AttentionKernel;
import foco.kernels.routine.FoldKernel;

/** The kernel of one task, made anew only where the next sequence's attention is another. */
public final class SequenceKernel {

    private final AttentionMetrics metrics;
    private final TaskCheck check;
    private AttentionSpec spec;
    private MeteredKernel kernel;
    private AttentionSpec foldSpec;
    private MeteredFolds folds;

    /** @param meter to be told what the task does */
    public SequenceKernel(TaskMeter meter) {
        this.metrics = meter.metrics();
        this.check = meter.check();
    }

    public AttentionKernel of(AttentionSpec wanted) {
        if (kernel == null || wanted != spec) {
            if (kernel != null) {
                metrics.add(kernel.tell(0, 0));
            }
            check.run();
            kernel = new MeteredKernel(Kernels.create(wanted));
            spec = wanted;
        }
        return kernel;
    }

    /** What goes through the weights of attention that has been computed. */
    public FoldKernel folds(AttentionSpec wanted) {
        if (folds == null || wanted != foldSpec) {
            if (folds != null) {
                metrics.add(folds.tell(0, 0));
            }
            check.run();
            folds = new MeteredFolds(Kernels.folds(wanted));
            foldSpec = wanted;
        }
        return folds;
    }

    /**
     * To be called when queries have seen all the keys that this task shows them.
     *
     * @param pairs the (query, key) pairs that the mask let meet
     */
    public void finished(AttentionSpec its, long pairs) {
        of(its);
        metrics.add(kernel.tell(pairs, 2.0 * (its.keyWidth() + its.valueWidth()) * pairs));
    }

    /** The same of {@link #folds}. */
    public void folded(AttentionSpec its, long pairs) {
        folds(its);
        metrics.add(folds.tell(pairs, 2.0 * its.keyWidth() * pairs));
    }
}
