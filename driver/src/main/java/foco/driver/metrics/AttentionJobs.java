package foco.driver.metrics;

import java.util.Optional;
import java.util.Properties;
import org.apache.spark.SparkContext;

/**
 * Tells listeners, by properties of the jobs that this thread starts while it is open, how much attention they compute.
 * The name of the stages' RDD says in which stages: {@link #OUTPUTS}.
 *
 * @param operations of all items
 * @param found those of the items that a checkpoint held
 * @param pairOperations of one (query, key) pair
 */
public record AttentionJobs(double operations, double found, double pairOperations) {

    /** The name of the RDDs in whose tasks kernels compute. */
    public static final String OUTPUTS = "attention";

    /** The name of the RDDs whose tasks shuffle a table's rows into blocks. */
    public static final String INPUT = "input by block";

    private static final String OPERATIONS = "foco.attention.operations";
    private static final String FOUND = "foco.attention.operations.found";
    private static final String PAIR_OPERATIONS = "foco.attention.operations.pair";

    /** Open as long as jobs are described. */
    public interface Described extends AutoCloseable {
        @Override
        void close();
    }

    public Described describe(SparkContext context) {
        context.setLocalProperty(OPERATIONS, Double.toString(operations));
        context.setLocalProperty(FOUND, Double.toString(found));
        context.setLocalProperty(PAIR_OPERATIONS, Double.toString(pairOperations));
        return () -> {
            context.setLocalProperty(OPERATIONS, null);
            context.setLocalProperty(FOUND, null);
            context.setLocalProperty(PAIR_OPERATIONS, null);
        };
    }

    /** What a job's properties say, if it belongs to a computation of attention. */
    static Optional<AttentionJobs> of(Properties job) {
        return job == null || job.getProperty(OPERATIONS) == null
                ? Optional.empty()
                : Optional.of(new AttentionJobs(
                        Double.parseDouble(job.getProperty(OPERATIONS)),
                        Double.parseDouble(job.getProperty(FOUND)),
                        Double.parseDouble(job.getProperty(PAIR_OPERATIONS))));
    }
}
