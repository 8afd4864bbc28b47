package foco.jobs.io;

import foco.driver.InvalidInputException;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A Parquet file, or a directory of them, that has been seen to exist. */
public final class ParquetTable {
    /** In the words of Parquet. */
    private static final String NO_PARQUET = "is not a Parquet file";

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

    /** @throws InvalidInputException if what is there is no Parquet */
    public Dataset<Row> read(SparkSession spark) {
        try {
            return spark.read().parquet(location.path().toString());
        } catch (Exception e) { // Spark throws checked exceptions undeclared
            String message = Location.firstLine(e);
            if (message.contains(NO_PARQUET)) {
                throw new InvalidInputException(
                        "%s is no Parquet table, or holds what is none; name a table, and .npy files by --query, --key and --value"
                                .formatted(name()));
            }
            throw e;
        }
    }
}
