package foco.jobs.encode;

import foco.driver.block.TokenBlocks;
import foco.driver.cluster.SparkInternals;
import foco.driver.model.StateRows;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SaveMode;

/** Hidden states in a Parquet table, as {@link StateRows} has them. */
record ParquetStates(SparkContext context, String folder, StateRows rows) implements StateOutput {

    @Override
    public void write(int layer, TokenBlocks hidden) {
        SparkInternals.session(context)
                .createDataFrame(rows.rows(layer, hidden), StateRows.SCHEMA)
                .write()
                .mode(SaveMode.Append)
                .parquet(folder);
    }

    @Override
    public void close() {
        rows.close();
    }
}
