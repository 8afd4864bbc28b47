package foco.driver.meter;

import foco.driver.metrics.AttentionMetrics;
import foco.kernels.fold.Gatherer;
import foco.kernels.routine.FoldKernel;
import foco.kernels.tile.KeyValueBlock;
import foco.kernels.tile.QueryBlock;
import java.util.List;

/** A kernel for folds in a task, with a count of what it reads and of the time it takes, as {@link MeteredKernel}. */
final class MeteredFolds implements FoldKernel {

    private final FoldKernel kernel;
    private long bytes;
    private long nanos;

    MeteredFolds(FoldKernel kernel) {
        this.kernel = kernel;
    }

    @Override
    public String name() {
        return kernel.name();
    }

    @Override
    public void fold(QueryBlock queries, double[] lse, KeyValueBlock block, List<? extends Gatherer<?>> gatherers) {
        MeteredKernel.endIfKilled();
        long start = System.nanoTime();
        kernel.fold(queries, lse, block, gatherers);
        nanos += System.nanoTime() - start;
        bytes += block.bytes();
    }

    /** What was done since this was last called. */
    AttentionMetrics.Done tell(long pairs, double operations) {
        AttentionMetrics.Done done = new AttentionMetrics.Done(pairs, operations, 0, 0, bytes, nanos);
        bytes = 0;
        nanos = 0;
        return done;
    }
}
