package foco.jobs;

import java.io.IOException;
import org.apache.spark.sql.SparkSession;

/** Attention over input that has been checked as far as can be without Spark. */
interface AttendJob {
    /** Computes the attention, writes the outputs and tells what it did. */
    AttendReport run(SparkSession spark) throws IOException;
}
