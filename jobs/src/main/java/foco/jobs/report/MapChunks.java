package foco.jobs.report;

import foco.driver.block.InvalidInputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * How much the queries of one section attend to the keys of another, for each head, the mean of each layer, and the mean over
 * all: of each row, the share of its attention. Where there are more than {@code most} sections or paragraphs, neighbours are
 * put together in runs of one length. Sections go as float32; paragraphs, of which there are many, as {@link Figure} codes.
 */
final class MapChunks {
    private final AnalysisFolder analysis;
    private final SparkSession spark;
    private final ChunkFolder folder;
    private final String level;
    private final boolean exact;
    private final int run;
    private final int cells;
    private final int[] ends;

    /**
     * The maps of one level.
     *
     * @param stretches its sections or paragraphs
     * @param most rows of a map
     * @param exact whether shares go as float32
     */
    MapChunks(
            AnalysisFolder analysis,
            SparkSession spark,
            ChunkFolder folder,
            String level,
            List<Stretch> stretches,
            int most,
            boolean exact) {
        this.analysis = analysis;
        this.spark = spark;
        this.folder = folder;
        this.level = level;
        this.exact = exact;
        this.run = Math.max(1, (stretches.size() + most - 1) / most);
        this.cells = (stretches.size() + run - 1) / run;
        this.ends = new int[cells + 1];
        for (int cell = 0; cell < cells; cell++) {
            ends[cell] = stretches.get(cell * run).first();
            ends[cell + 1] = stretches
                    .get(Math.min(stretches.size(), (cell + 1) * run) - 1)
                    .end();
        }
    }

    /** How many sections or paragraphs a row stands for. */
    int run() {
        return run;
    }

    /** Where rows begin and end: the first token of each, and the token after the last. */
    int[] ends() {
        return ends.clone();
    }

    /** Whether the analysis has such maps. */
    boolean exist() throws IOException {
        return cells > 0
                && analysis.has("section_map")
                && !rows().limit(1).collectAsList().isEmpty();
    }

    private Dataset<Row> rows() throws IOException {
        return analysis.layers(spark, "section_map", "head", "level", "query_section", "key_section", "mass")
                .where("level = '" + level + "'");
    }

    /** Writes all; returns a small picture of each, by chunk. */
    List<Thumbnail> write() throws IOException {
        Dataset<Row> heads = rows().selectExpr(
                        "layer",
                        "head",
                        "cast(query_section div %d as int) as q".formatted(run),
                        "cast(key_section div %d as int) as k".formatted(run),
                        "mass")
                .groupBy("layer", "head", "q", "k")
                .sum("mass")
                .toDF("layer", "head", "q", "k", "mass");
        List<Thumbnail> pictures = new ArrayList<>(written(heads));
        String view = "foco_report_map_" + level;
        heads.createOrReplaceTempView(view);
        try {
            int layers = analysis.layers().size();
            pictures.addAll(written(spark.sql("""
                    select coalesce(layer, 0) as layer, 0 as head, q, k,
                        sum(mass) / if(layer is null, %d, %d) as mass
                    from %s group by grouping sets ((layer, q, k), (q, k))""".formatted(
                            layers * analysis.heads().size(), analysis.heads().size(), view))));
        } finally {
            spark.catalog().dropTempView(view);
        }
        return pictures;
    }

    /** A small picture of a map. */
    record Thumbnail(int layer, int head, byte[] levels) {}

    private List<Thumbnail> written(Dataset<Row> rows) {
        int slots = Math.max(2, spark.sparkContext().defaultParallelism());
        MapForm form = new MapForm(analysis.name(), folder, level, exact, ends);
        return rows
                .repartition(
                        slots, org.apache.spark.sql.functions.col("layer"), org.apache.spark.sql.functions.col("head"))
                .sortWithinPartitions("layer", "head", "q", "k")
                .javaRDD()
                .mapPartitions(form::write)
                .collect()
                .stream()
                .map(row -> new Thumbnail(row.getInt(0), row.getInt(1), row.<byte[]>getAs(2)))
                .toList();
    }

    /** What a task needs to write maps. */
    private record MapForm(String name, ChunkFolder folder, String level, boolean exact, int[] ends)
            implements java.io.Serializable {

        Iterator<Row> write(Iterator<Row> rows) throws IOException {
            List<Row> written = new ArrayList<>();
            int cells = ends.length - 1;
            int layer = -1;
            int head = -1;
            double[][] mass = new double[0][];
            while (rows.hasNext()) {
                Row row = rows.next();
                if (row.getInt(0) != layer || row.getInt(1) != head) {
                    if (layer >= 0) {
                        written.add(write(layer, head, mass));
                    }
                    layer = row.getInt(0);
                    head = row.getInt(1);
                    mass = new double[cells][cells];
                }
                int query = row.getInt(2);
                int key = row.getInt(3);
                if (query < 0 || query >= cells || key < 0 || key >= cells || !(row.getDouble(4) >= 0)) {
                    throw new InvalidInputException(
                            "%s/section_map is damaged: in layer %d, head %d, level %s, row %d attends to %d with mass %s, of %d rows; run foco analyze again"
                                    .formatted(name, layer, head, level, query, key, row.getDouble(4), cells));
                }
                mass[query][key] = row.getDouble(4);
            }
            if (layer >= 0) {
                written.add(write(layer, head, mass));
            }
            return written.iterator();
        }

        private Row write(int layer, int head, double[][] mass) throws IOException {
            int cells = mass.length;
            float[] shares = new float[cells * cells];
            int[] codes = new int[cells * cells];
            for (int q = 0; q < cells; q++) {
                int queries = Math.max(1, ends[q + 1] - ends[q]);
                for (int k = 0; k < cells; k++) {
                    shares[q * cells + k] = (float) (mass[q][k] / queries);
                    codes[q * cells + k] = Figure.code(mass[q][k] / queries);
                }
            }
            Planes planes = exact ? new Planes().floats(shares) : new Planes().shorts(codes);
            folder.write(ChunkFolder.name(level, layer, head), planes.toBytes());
            return org.apache.spark.sql.RowFactory.create(layer, head, Thumbnails.of(mass, ends));
        }
    }
}
