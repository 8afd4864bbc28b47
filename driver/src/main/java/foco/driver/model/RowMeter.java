package foco.driver.model;

import foco.driver.layer.RowKernel;
import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.util.DoubleAccumulator;

/** What tasks count while they compute row-wise layers, in Spark's accumulators. */
final class RowMeter implements Serializable {

    private static final String GFLOP = "layers: 10^9 operations";
    private static final String SECONDS = "layers: seconds of a core";

    private static final String ATTENTION_SECONDS = "attention of whole texts: seconds of a core";

    private final DoubleAccumulator gigaOperations;
    private final DoubleAccumulator seconds;
    private final DoubleAccumulator attentionSeconds;

    private RowMeter(SparkContext context) {
        this.gigaOperations = context.doubleAccumulator(GFLOP);
        this.seconds = context.doubleAccumulator(SECONDS);
        this.attentionSeconds = context.doubleAccumulator(ATTENTION_SECONDS);
    }

    static RowMeter of(SparkContext context) {
        return new RowMeter(context);
    }

    /** To be called in a task, with what its kernel has done since it was last called. */
    void add(RowKernel kernel) {
        RowKernel.Done done = kernel.tell();
        gigaOperations.add(done.operations() * 1e-9);
        seconds.add(done.nanos() * 1e-9);
    }

    /** To be called in a task that computes attention itself. */
    void attended(long nanos) {
        attentionSeconds.add(nanos * 1e-9);
    }

    /** {@link #add}, and the columns that were made. */
    float[][] after(RowKernel kernel, float[]... made) {
        add(kernel);
        return made;
    }

    /** The operations of matrix products, in tasks that have ended. */
    double operations() {
        return gigaOperations.value() * 1e9;
    }

    /** The seconds of a core in the attention of whole texts, in tasks that have ended. */
    double attentionSeconds() {
        return attentionSeconds.value();
    }

    /** The seconds of a core in kernels, in tasks that have ended. */
    double seconds() {
        return seconds.value();
    }
}
