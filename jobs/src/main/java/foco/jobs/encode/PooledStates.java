package foco.jobs.encode;

import foco.driver.block.TokenBlocks;
import foco.driver.file.HeadLayout;
import foco.driver.file.NameEnding;
import foco.driver.file.OutputTarget;
import foco.driver.file.PendingOutputs;
import foco.driver.file.SafetensorsWriter;
import foco.driver.model.Pooling;
import foco.driver.text.Document;
import foco.driver.text.TokenSequence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** One vector for each text: {@code [texts, width]}, or a table of {@code document} and {@code vector}. */
record PooledStates(
        PendingOutputs outputs,
        OutputTarget target,
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
        if (NameEnding.of(target.name()) == NameEnding.NPY) {
            var writer = outputs.vectors(target, new HeadLayout(HeadLayout.Form.TOKENS, 1, vectors.length, 1, width));
            for (int d = 0; d < vectors.length; d++) {
                writer.write(0, d, 1, vectors[d]);
            }
        } else if (target.name().endsWith(".safetensors")) {
            List<Long> shape = List.of((long) vectors.length, (long) width);
            SafetensorsWriter writer = new SafetensorsWriter(
                    target.name(),
                    outputs.bytes(target),
                    List.of(new SafetensorsWriter.Tensor("vectors", SafetensorsWriter.Type.F32, shape)));
            for (float[] vector : vectors) {
                writer.write("vectors", vector);
            }
            writer.finish();
        } else {
            List<Row> rows = new ArrayList<>();
            for (int d = 0; d < vectors.length; d++) {
                rows.add(RowFactory.create(documents.get(d).name(), vectors[d]));
            }
            SparkSession.builder()
                    .sparkContext(hidden.context())
                    .getOrCreate()
                    .createDataFrame(rows, SCHEMA)
                    .coalesce(1)
                    .write()
                    .parquet(outputs.directory(target));
        }
    }
}
