package foco.driver.strategy;

import foco.driver.metrics.AttentionJobs;
import foco.driver.plan.Work;
import org.apache.spark.api.java.JavaPairRDD;

/**
 * A way to bring queries together with the keys and values that they attend to. It serves one computation and holds what
 * that needs on the cluster until it is closed.
 */
public interface Strategy extends AutoCloseable {

    /** The name of the RDDs in whose tasks kernels compute, on Spark's pages and for its listeners. */
    String OUTPUTS = AttentionJobs.OUTPUTS;

    /**
     * Computes attention, in part now and in part when the result is asked for; it may be asked again after a loss.
     *
     * @param work what to compute of it: all, or what is not done yet
     * @param record where tasks leave their outputs, and what they count
     * @return what the sink leaves of them to Spark, by the index of their query block
     */
    JavaPairRDD<Integer, HeadOutput> attend(AttentionInput input, Work work, TaskRecord record);

    /** The Spark tasks that compute attention. */
    int tasks();

    /** Frees what executors keep for speed. Lost outputs can still be computed anew. */
    void release();

    /** Frees everything; outputs that Spark does not keep are gone. */
    @Override
    void close();
}
