package foco.jobs.attend;

import java.io.IOException;
import java.util.Map;
import org.apache.spark.SparkContext;

/** Attention over input that has been checked as far as can be without Spark. */
interface AttendJob {
    /**
     * Computes the attention, writes the outputs and tells what it did.
     *
     * @param settings of this command alone, by their {@code spark.foco.*} keys
     */
    AttendReport run(SparkContext spark, Map<String, String> settings) throws IOException;
}
