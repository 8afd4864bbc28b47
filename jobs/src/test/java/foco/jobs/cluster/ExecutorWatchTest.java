package foco.jobs.cluster;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class ExecutorWatchTest {

    @Test
    void whatIsWaitedForIsToldByTheNamesOfItsSettings() {
        SparkConf conf = new SparkConf(false).set("spark.master", "spark://h:7077");
        String told = ExecutorWatch.waitingFor(conf, 15);
        assertTrue(
                told.contains(
                        "a worker of spark://h:7077 must have 1g of memory (spark.executor.memory) and 1 core (spark.task.cpus) free"),
                told);
        conf.set("spark.master", "yarn").set("spark.executor.memory", "9g").set("spark.executor.cores", "4");
        told = ExecutorWatch.waitingFor(conf, 15);
        assertTrue(
                told.contains(
                        "the cluster must have 9g of memory (spark.executor.memory) and 4 cores (spark.executor.cores) free"),
                told);
    }
}
