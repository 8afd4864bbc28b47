package foco.jobs.weights;

import foco.driver.storage.OutputTarget;
import foco.driver.storage.PendingOutputs;
import java.io.IOException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Weights as a Parquet table, as the rows are. */
record WeightTable(OutputTarget target) implements WeightSink {

    @Override
    public void write(Dataset<Row> rows, PendingOutputs pending) throws IOException {
        rows.write().parquet(pending.directory(target));
    }
}
