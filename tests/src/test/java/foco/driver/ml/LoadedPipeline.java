package foco.driver.ml;

import org.apache.spark.ml.PipelineModel;
import org.apache.spark.sql.SparkSession;

/** A program that loads a pipeline, and writes what it makes of a table. */
public final class LoadedPipeline {

    private LoadedPipeline() {}

    /** @param args the saved pipeline, the table, and where to write */
    public static void main(String[] args) {
        SparkSession spark = SparkSession.builder()
                .master("local[3]")
                .config("spark.ui.enabled", "false")
                .config("spark.sql.shuffle.partitions", "3")
                .getOrCreate();
        PipelineModel.load(args[0])
                .transform(spark.read().parquet(args[1]))
                .write()
                .parquet(args[2]);
        spark.stop();
    }
}
