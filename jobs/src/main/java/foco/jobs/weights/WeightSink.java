package foco.jobs.weights;

import foco.driver.file.ArrayFormat;
import foco.driver.file.ArrayTarget;
import foco.driver.file.FileFormat;
import foco.driver.file.FileFormats;
import foco.driver.file.TableFormat;
import foco.driver.storage.OutputTarget;
import foco.driver.storage.PendingOutputs;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Where weights go, in the format that its name promises. */
interface WeightSink {

    /** What is written. */
    OutputTarget target();

    /** @param rows {@code sequence, position, head, first_key} and the array of weights or scores, in order */
    void write(Dataset<Row> rows, PendingOutputs pending) throws IOException;

    /**
     * @param name a name of another ending is that of a Parquet table
     * @throws foco.driver.block.InvalidInputException if it cannot be written
     */
    static WeightSink of(String name, Configuration hadoop) throws IOException {
        Optional<FileFormat> format = FileFormats.of(name);
        if (format.isPresent() && format.get() instanceof ArrayFormat) {
            return new WeightArray(ArrayTarget.of(name, "weights", hadoop));
        }
        return format.isPresent() && format.get() == TableFormat.CSV
                ? new WeightCsv(OutputTarget.file(name, hadoop))
                : new WeightTable(OutputTarget.newDirectory(name, hadoop));
    }
}
