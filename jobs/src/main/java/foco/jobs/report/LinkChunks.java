package foco.jobs.report;

import foco.driver.block.InvalidInputException;
import java.io.IOException;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The strongest links of each head over a distance, strongest first: planes of query, key (4 bytes) and weight (float32). */
final class LinkChunks {
    /** Of a head; more than an eye follows. */
    private static final int MOST = 500;

    private final AnalysisFolder analysis;
    private final SparkSession spark;
    private final ChunkFolder folder;

    LinkChunks(AnalysisFolder analysis, SparkSession spark, ChunkFolder folder) {
        this.analysis = analysis;
        this.spark = spark;
        this.folder = folder;
    }

    long write() throws IOException {
        return new ChunkTable(
                        analysis.layers(spark, "links", "head", "rank", "query", "key", "weight")
                                .where("rank <= " + MOST)
                                .selectExpr("layer", "head", "rank", "query", "key", "weight"),
                        (long) MOST
                                * analysis.layers().size()
                                * analysis.heads().size(),
                        List.of("layer", "head"),
                        List.of("rank"))
                .write(folder, new LinkForm(analysis.tokens(), analysis.name()));
    }

    private record LinkForm(int tokens, String name) implements ChunkTable.Form {
        @Override
        public String chunk(Row first) {
            return ChunkFolder.name("links", first.getInt(0), first.getInt(1));
        }

        @Override
        public byte[] bytes(List<Row> rows) {
            int[] queries = rows.stream().mapToInt(row -> row.getInt(3)).toArray();
            int[] keys = rows.stream().mapToInt(row -> row.getInt(4)).toArray();
            float[] weights = new float[rows.size()];
            for (int i = 0; i < weights.length; i++) {
                weights[i] = rows.get(i).getFloat(5);
                if (Math.min(queries[i], keys[i]) < 0 || Math.max(queries[i], keys[i]) >= tokens) {
                    throw new InvalidInputException(
                            "%s/links is damaged: a link leads from %d to %d, of %d tokens; run foco analyze again"
                                    .formatted(name, queries[i], keys[i], tokens));
                }
            }
            return new Planes().ints(queries).ints(keys).floats(weights).toBytes();
        }
    }
}
