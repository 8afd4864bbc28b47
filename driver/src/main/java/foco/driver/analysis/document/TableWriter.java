package foco.driver.analysis.document;

import foco.driver.analysis.folder.AnalysisFolder;
import java.io.IOException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/** Writes the tables that are not a layer's, each whole. */
record TableWriter(SparkSession spark, AnalysisFolder folder) {

    static final String CODEC = "zstd";

    /** A small table, in one file. */
    void write(String name, Dataset<Row> rows) throws IOException {
        to(folder.unfinished(name), rows.coalesce(1));
        folder.publish(name);
    }

    /** A table as Spark has it. */
    static void to(Path path, Dataset<Row> rows) {
        rows.write().mode(SaveMode.Overwrite).option("compression", CODEC).parquet(path.toString());
    }
}
