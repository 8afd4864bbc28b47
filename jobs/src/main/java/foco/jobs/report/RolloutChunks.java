package foco.jobs.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import foco.driver.block.InvalidInputException;
import java.io.IOException;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Rollout, where it was computed: a value (float32) for every token, for each choice, direction and layer. */
final class RolloutChunks {
    private final AnalysisFolder analysis;
    private final SparkSession spark;
    private final ChunkFolder folder;

    RolloutChunks(AnalysisFolder analysis, SparkSession spark, ChunkFolder folder) {
        this.analysis = analysis;
        this.spark = spark;
        this.folder = folder;
    }

    /** Writes all, and lists what there is. */
    long write(ArrayNode list) throws IOException {
        if (!analysis.has("rollout")) {
            return 0;
        }
        Dataset<Row> rows = analysis.table(spark, "rollout", "direction", "chosen", "layer", "position", "value")
                .selectExpr("direction", "chosen", "layer", "position", "cast(value as float) as value");
        for (Row row : rows.select("direction", "chosen", "layer")
                .distinct()
                .orderBy("direction", "chosen", "layer")
                .collectAsList()) {
            ObjectNode each = list.addObject();
            each.put("direction", row.getString(0));
            each.put("chosen", row.getInt(1));
            each.put("layer", row.getInt(2));
            each.put("chunk", name(row));
        }
        return new ChunkTable(
                        rows,
                        (long) analysis.tokens() * list.size(),
                        List.of("direction", "chosen", "layer"),
                        List.of("position"))
                .write(folder, new ValueForm(analysis.tokens(), analysis.name()));
    }

    private static String name(Row row) {
        return "rollout-%s-%d-%d".formatted(row.getString(0), row.getInt(1), row.getInt(2));
    }

    private record ValueForm(int tokens, String name) implements ChunkTable.Form {
        @Override
        public String chunk(Row first) {
            return RolloutChunks.name(first);
        }

        @Override
        public byte[] bytes(List<Row> held) {
            float[] values = new float[tokens];
            for (Row row : held) {
                int position = row.getInt(3);
                if (position < 0 || position >= tokens) {
                    throw new InvalidInputException(
                            "%s/rollout is damaged: it has position %d, of %d tokens; run foco analyze again"
                                    .formatted(name, position, tokens));
                }
                values[position] = row.getFloat(4);
            }
            return new Planes().floats(values).toBytes();
        }
    }
}
