package foco.jobs.report;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.analysis.folder.FinishedAnalysis;
import foco.driver.block.InvalidInputException;
import java.io.IOException;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What is known of every token: its values in a head, in ranges of {@value #RANGE} tokens; its links either way in all heads of
 * a layer, in ranges of {@value #LINK_RANGE}, since the links of a mean come from all of them.
 */
final class RangeChunks {
    /** Tokens of a chunk of values. */
    static final int RANGE = 4096;

    /** Tokens of a chunk of links. */
    static final int LINK_RANGE = 2048;

    private static final double CENTIBITS = 100 / Math.log(2);

    private final FinishedAnalysis analysis;
    private final SparkSession spark;
    private final ChunkFolder folder;

    RangeChunks(FinishedAnalysis analysis, SparkSession spark, ChunkFolder folder) {
        this.analysis = analysis;
        this.spark = spark;
        this.folder = folder;
    }

    private static String ranged(int length) {
        return "cast(position div %d as int) as range".formatted(length);
    }

    /** Entropy, received attention and distance of every token in every head. */
    long values() throws IOException {
        return values(positions());
    }

    /** The means of these over the heads of a layer (head 0), and over all heads (layer 0). */
    long means() throws IOException {
        String view = "foco_report_positions";
        positions().createOrReplaceTempView(view);
        try {
            return values(spark.sql("""
                    select coalesce(layer, 0) as layer, 0 as head, position, range, avg(entropy) as entropy,
                        avg(received) as received, avg(distance_absolute) as distance_absolute
                    from %s group by grouping sets ((layer, position, range), (position, range))""".formatted(view)));
        } finally {
            spark.catalog().dropTempView(view);
        }
    }

    private Dataset<Row> positions() throws IOException {
        Dataset<Row> rows = analysis.layers(spark, "positions", "head", "position");
        return rows.selectExpr(
                "layer",
                "head",
                "position",
                ranged(RANGE),
                FinishedAnalysis.orNull(rows, "entropy"),
                FinishedAnalysis.orNull(rows, "received"),
                FinishedAnalysis.orNull(rows, "distance_absolute"));
    }

    private long values(Dataset<Row> rows) {
        List<String> chunk = List.of("layer", "head", "range");
        return new ChunkTable(rows, analysis.positions(), chunk, List.of("position"))
                .write(folder, new ValueForm(analysis.tokens(), analysis.name()));
    }

    /** Static, so that a task takes no more with it than it says here. */
    @DefaultSerializer(JavaSerializer.class)
    private record ValueForm(int tokens, String name) implements ChunkTable.Form {
        @Override
        public String chunk(Row row) {
            return ChunkFolder.name("values", row.getAs("layer"), row.getAs("head"), row.getAs("range"));
        }

        @Override
        public byte[] bytes(List<Row> held) {
            int range = held.get(0).getAs("range");
            int count = rows(range, RANGE, tokens);
            requireRows(held, count, name, range);
            int[] entropy = new int[count];
            int[] received = new int[count];
            int[] distance = new int[count];
            for (int i = 0; i < count; i++) {
                Row row = held.get(i);
                entropy[i] = row.isNullAt(4) ? Figure.NONE : (int) Math.round(row.getDouble(4) * CENTIBITS);
                received[i] = row.isNullAt(5) ? Figure.NONE : code(row, "received", 5, name);
                distance[i] = row.isNullAt(6) ? Figure.NONE : code(row, "distance_absolute", 6, name);
            }
            return new Planes()
                    .shorts(entropy)
                    .shorts(received)
                    .shorts(distance)
                    .toBytes();
        }
    }

    private static int code(Row row, String column, int at, String name) {
        try {
            return Figure.code(row.getDouble(at));
        } catch (IllegalArgumentException e) {
            throw damaged(name + "/positions", row, column + " is " + row.getDouble(at));
        }
    }

    private static InvalidInputException damaged(String table, Row row, String what) {
        return new InvalidInputException("%s is damaged: in layer %s, head %s, position %s %s; run foco analyze again"
                .formatted(table, row.getAs("layer"), row.getAs("head"), row.getAs("position"), what));
    }

    private static void requireRows(List<Row> held, int count, String name, int range) {
        for (int i = 0; i < held.size(); i++) {
            int position = held.get(i).getAs("position");
            if (position != range * RANGE + i) {
                throw damaged(
                        name + "/positions",
                        held.get(i),
                        "stands where position %d is due".formatted(range * RANGE + i));
            }
        }
        if (held.size() != count) {
            throw damaged(
                    name + "/positions",
                    held.get(held.size() - 1),
                    "is the last of %d, and %d are due".formatted(held.size(), count));
        }
    }

    /** What every token attends to most. */
    long keys(Report.Options options) throws IOException {
        return links("top_keys", "key", "keys", options);
    }

    /** What attends most to every token. */
    long queries(Report.Options options) throws IOException {
        return links("top_queries", "query", "queries", options);
    }

    private long links(String table, String other, String kind, Report.Options options) throws IOException {
        int links = options.links();
        String name = analysis.name() + "/" + table;
        Dataset<Row> rows = analysis.layers(spark, table, "head", "position", "rank", other, "weight")
                .where("rank <= " + links)
                .selectExpr("layer", "head", "position", ranged(LINK_RANGE), "rank", other + " as other", "weight");
        List<String> chunk = List.of("layer", "range");
        return new ChunkTable(rows, analysis.positions() * links, chunk, List.of("head"), List.of("position", "rank"))
                .write(folder, new LinkForm(analysis.tokens(), name, kind, links, (float) options.least()));
    }

    /** For each head its number and the bytes of its {@link LinkCode} (4 bytes each), and then these. */
    @DefaultSerializer(JavaSerializer.class)
    private record LinkForm(int tokens, String name, String kind, int links, float least) implements ChunkTable.Form {
        @Override
        public String chunk(Row row) {
            return ChunkFolder.name(kind, row.getAs("layer"), row.getAs("range"));
        }

        @Override
        public byte[] bytes(List<Row> held) {
            int range = held.get(0).getAs("range");
            LinkCode code = new LinkCode(range * LINK_RANGE, rows(range, LINK_RANGE, tokens), links);
            for (Row row : held) {
                int position = row.getInt(2);
                int rank = row.getInt(4);
                int at = row.getInt(5);
                float weight = row.getFloat(6);
                if (position >= tokens || at < 0 || at >= tokens || rank < 1 || !(weight >= 0 && weight <= 1.001)) {
                    throw damaged(
                            name,
                            row,
                            "rank %d is token %d with weight %s, of %d tokens".formatted(rank, at, weight, tokens));
                }
                if (weight >= least) {
                    code.add(position, rank - 1, at, weight);
                }
            }
            byte[] bytes = code.toBytes();
            return new Planes()
                    .number(held.get(0).getAs("head"))
                    .number(bytes.length)
                    .bytes(bytes)
                    .toBytes();
        }
    }

    private static int rows(int range, int length, int tokens) {
        return Math.max(0, Math.min(length, tokens - range * length));
    }
}
