package foco.fuzz;

import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;

/** The Spark session that all cases use one after another, once one does. */
final class OneSession implements AutoCloseable {

    private final Path folder;
    private SparkSession spark;

    OneSession(Path folder) {
        this.folder = folder;
    }

    /** A session of the case's own, without settings. */
    SparkSession open() {
        if (spark == null) {
            spark = SparkSession.builder()
                    .master("local[2]")
                    .appName("fuzz")
                    .config("spark.ui.enabled", "false")
                    .config("spark.sql.shuffle.partitions", "3")
                    .config("spark.default.parallelism", "3")
                    .config("spark.local.dir", folder.resolve("spark").toString())
                    .config(
                            "spark.sql.warehouse.dir",
                            folder.resolve("warehouse").toString())
                    .config("spark.foco.progress", "false")
                    .config("spark.log.level", "OFF")
                    .getOrCreate();
        }
        return spark.newSession();
    }

    @Override
    public void close() {
        if (spark != null) {
            spark.stop();
        }
    }
}
