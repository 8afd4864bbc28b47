package foco.driver.file;

import foco.driver.block.InvalidInputException;
import foco.driver.storage.Location;
import java.io.IOException;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A Parquet file, or a directory of them, that has been seen to exist. */
public final class ParquetTable {
    /** In the words of Parquet. */
    private static final String NO_PARQUET = "is not a Parquet file";

    private static final String PARQUET = "org.apache.parquet.";

    private final Location location;

    private ParquetTable(Location location) {
        this.location = location;
    }

    /** @throws InvalidInputException if there is nothing of that name, or a folder in which there is nothing */
    public static ParquetTable open(String name, Configuration hadoop) throws IOException {
        Location location = Location.of(name, hadoop);
        if (location.status(hadoop).isDirectory()
                && Arrays.stream(location.fileSystem(hadoop).listStatus(location.path()))
                        .noneMatch(entry -> isSeen(entry.getPath().getName()))) {
            throw empty(name);
        }
        return new ParquetTable(location);
    }

    /** Spark reads no files that begin so, as its _SUCCESS. */
    private static boolean isSeen(String name) {
        return !name.startsWith("_") && !name.startsWith(".");
    }

    private static InvalidInputException empty(String name) {
        return new InvalidInputException("%s is a folder that holds no Parquet file; check the path".formatted(name));
    }

    public String name() {
        return location.name();
    }

    /** @throws InvalidInputException if what is there is no Parquet, or its schema is none that Spark knows */
    public Dataset<Row> read(SparkSession spark) {
        try {
            return spark.read().parquet(location.path().toString());
        } catch (Exception e) { // Spark throws checked exceptions undeclared
            String message = Location.firstLine(e);
            // Of a file that is named so it is told that it is damaged, when the command fails of it.
            if (message.contains(NO_PARQUET) && !message.contains(".parquet " + NO_PARQUET)) {
                throw new InvalidInputException(
                        "%s is no Parquet table, or holds what is none; name a table, and .npy files by --query, --key and --value"
                                .formatted(name()));
            }
            if (message.contains("UNABLE_TO_INFER_SCHEMA")) {
                throw empty(name());
            }
            if (e instanceof AnalysisException || isOfParquet(e)) {
                throw new InvalidInputException(
                        "%s cannot be read as Parquet, and is most likely damaged or cut short (%s); write it again"
                                .formatted(name(), reason(e)));
            }
            throw e;
        }
    }

    /** Whether Parquet's own code failed, here or in a task, and Spark does not tell on which file. */
    private static boolean isOfParquet(Throwable failure) {
        boolean found = false;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String text = String.valueOf(cause.getMessage());
            if (text.contains("[FAILED_READ_FILE")) {
                return false;
            }
            found |= text.contains(PARQUET)
                    || Arrays.stream(cause.getStackTrace())
                            .anyMatch(at -> at.getClassName().startsWith(PARQUET));
        }
        return found;
    }

    private static String reason(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage()).strip().lines().findFirst().orElse("");
    }
}
