package foco.jobs.cluster;

import org.apache.spark.SparkConf;

/** Where Spark's settings have tasks run. */
public final class Deployment {
    private Deployment() {}

    /** Whether they run in the driver's process. */
    public static boolean isOneProcess(SparkConf conf) {
        return conf.get("spark.master", "local").matches("local(\\[.*])?");
    }
}
