package foco.driver.meter;

import foco.driver.cluster.SparkInternals;
import foco.driver.metrics.AttentionMetrics;
import foco.kernels.routine.AttentionKernel;
import foco.kernels.softmax.SoftmaxState;
import foco.kernels.tile.KeyValueBlock;
import foco.kernels.tile.QueryBlock;
import org.apache.spark.TaskContext;

/**
 * A kernel in a task, with a count of what it reads and of the time it takes. Before each block of keys it looks whether
 * the task was killed: an item may take many seconds.
 */
final class MeteredKernel implements AttentionKernel {

    private final AttentionKernel kernel;
    private long toldTiles;
    private long toldSkipped;
    private long bytes;
    private long nanos;

    MeteredKernel(AttentionKernel kernel) {
        this.kernel = kernel;
    }

    @Override
    public String name() {
        return kernel.name();
    }

    @Override
    public void attend(QueryBlock queries, KeyValueBlock block, SoftmaxState state) {
        endIfKilled();
        long computed = kernel.tilesComputed();
        long start = System.nanoTime();
        kernel.attend(queries, block, state);
        nanos += System.nanoTime() - start;
        bytes += kernel.tilesComputed() > computed ? block.bytes() : 0;
    }

    static void endIfKilled() {
        TaskContext task = TaskContext.get();
        if (task != null) {
            SparkInternals.endIfKilled(task);
        }
    }

    @Override
    public long tilesComputed() {
        return kernel.tilesComputed();
    }

    @Override
    public long tilesSkipped() {
        return kernel.tilesSkipped();
    }

    /** What was done since this was last called. */
    AttentionMetrics.Done tell(long pairs, double operations) {
        long tiles = kernel.tilesComputed() - toldTiles;
        long skipped = kernel.tilesSkipped() - toldSkipped;
        AttentionMetrics.Done done = new AttentionMetrics.Done(pairs, operations, tiles, skipped, bytes, nanos);
        toldTiles += tiles;
        toldSkipped += skipped;
        bytes = 0;
        nanos = 0;
        return done;
    }
}
