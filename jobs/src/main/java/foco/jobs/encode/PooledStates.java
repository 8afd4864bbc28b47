package foco.jobs.encode;

import foco.driver.block.TokenBlocks;
import foco.driver.cluster.SparkInternals;
import foco.driver.file.ArrayTarget;
import foco.driver.file.ArrayWriter;
import foco.driver.file.HeadLayout;
import foco.driver.model.Pooling;
import foco.driver.storage.OutputTarget;
import foco.driver.storage.PendingOutputs;
import foco.driver.text.Document;
import foco.driver.text.TokenSequence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * One vector for each text: {@code [texts, width]}, or a table of {@code document} and {@code vector}.
 *
 * @param array where the numbers go, if to an array
 * @param table where they go if not
 */
record PooledStates(
        PendingOutputs outputs,
        Optional<ArrayTarget> array,
        Optional<OutputTarget> table,
        Pooling pooling,
        boolean normalize,
        List<Document> documents,
        List<TokenSequence> sequences)
        implements StateOutput {

    private static final StructType SCHEMA = new StructType()
            .add("document", DataTypes.StringType, false)
            .add("vector", DataTypes.createArrayType(DataTypes.FloatType, false), false);

    @Override
    public void write(int layer, TokenBlocks hidden) throws IOException {
        int width = hidden.columns().get(0).elements();
        float[][] vectors = pooling.vectors(hidden, sequences, documents.size(), normalize);
        if (array.isPresent()) {
            ArrayWriter writer =
                    array.get().vectors(outputs, new HeadLayout(HeadLayout.Form.TOKENS, 1, vectors.length, 1, width));
            for (int d = 0; d < vectors.length; d++) {
                writer.write(0, d, 1, vectors[d]);
            }
        } else {
            List<Row> rows = new ArrayList<>();
            for (int d = 0; d < vectors.length; d++) {
                rows.add(RowFactory.create(documents.get(d).name(), vectors[d]));
            }
            SparkInternals.session(hidden.context())
                    .createDataFrame(rows, SCHEMA)
                    .coalesce(1)
                    .write()
                    .parquet(outputs.directory(table.orElseThrow()));
        }
    }
}
