package foco.driver.meter;

import foco.driver.cluster.SparkInternals;
import foco.driver.metrics.AttentionMetrics;
import java.io.Serializable;
import org.apache.spark.util.LongAccumulator;

/** What tasks are to see to before they compute, and where they tell what they hold. */
public final class TaskMeter implements Serializable {

    private final MaxAccumulator task = new MaxAccumulator();
    private final MaxAccumulator blocks = new MaxAccumulator();
    private final LongAccumulator pulled = new LongAccumulator();
    private final AttentionMetrics metrics;
    private TaskCheck check = TaskCheck.none();

    TaskMeter(AttentionMetrics metrics) {
        this.metrics = metrics;
    }

    /** To be said before this goes to tasks. */
    void before(TaskCheck wanted) {
        check = wanted;
    }

    TaskCheck check() {
        return check;
    }

    /** Where tasks tell what they do. */
    AttentionMetrics metrics() {
        return metrics;
    }

    MaxAccumulator task() {
        return task;
    }

    MaxAccumulator blocks() {
        return blocks;
    }

    LongAccumulator pulled() {
        return pulled;
    }

    /** @param bytes of keys and values that the task took out of Spark's block store */
    public void pulls(long bytes) {
        pulled.add(bytes);
    }

    /** @param bytes of queries, states, keys and values that the task holds at its fullest */
    public void holds(long bytes) {
        task.add(bytes);
        blocks.add(SparkInternals.blocksInMemory());
    }
}
