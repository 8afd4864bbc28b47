package foco.jobs.io;

import foco.driver.InvalidInputException;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A Parquet file, or a directory of them, that has been seen to exist. */
public final class ParquetTable {
    private final Location location;

    private ParquetTable(Location location) {
        this.location = location;
    }

    /** @throws InvalidInputException if there is nothing of that name */
    public static ParquetTable open(String name, Configuration hadoop) throws IOException {
        Location location = Location.of(name, hadoop);
        location.status(hadoop);
        return new ParquetTable(location);
    }

    public String name() {
        return location.name();
    }

    public Dataset<Row> read(SparkSession spark) {
        return spark.read().parquet(location.path().toString());
    }
}
