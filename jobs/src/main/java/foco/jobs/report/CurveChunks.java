package foco.jobs.report;

import static org.apache.spark.sql.functions.expr;

import foco.driver.analysis.folder.FinishedAnalysis;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Curves along the document, of each head and of the means: least, mean and most of entropy (bits), received attention and
 * distance (tokens) over runs of tokens of one length, 1024 runs at most. Nine planes of float32.
 */
final class CurveChunks {
    private static final int MOST = 1024;
    private static final int PLANES = 9;

    private final FinishedAnalysis analysis;
    private final SparkSession spark;
    private final ChunkFolder folder;

    CurveChunks(FinishedAnalysis analysis, SparkSession spark, ChunkFolder folder) {
        this.analysis = analysis;
        this.spark = spark;
        this.folder = folder;
    }

    /** How many runs the tokens are divided into. */
    static int runs(int tokens) {
        return Math.min(MOST, tokens);
    }

    long write() throws IOException {
        int runs = runs(analysis.tokens());
        Map<Scope, float[][]> heads = heads(runs);
        Map<Scope, float[][]> all = new TreeMap<>(heads);
        for (int layer : analysis.layers()) {
            all.put(
                    new Scope(layer, 0),
                    mean(
                            heads.entrySet().stream()
                                    .filter(each -> each.getKey().layer() == layer)
                                    .map(Map.Entry::getValue)
                                    .toList(),
                            runs));
        }
        all.put(new Scope(0, 0), mean(List.copyOf(heads.values()), runs));
        long size = 0;
        for (Map.Entry<Scope, float[][]> each : all.entrySet()) {
            Planes planes = new Planes();
            for (float[] plane : each.getValue()) {
                planes.floats(plane);
            }
            size += folder.write(each.getKey().chunk("curve"), planes.toBytes());
        }
        return size;
    }

    private Map<Scope, float[][]> heads(int runs) throws IOException {
        Map<Scope, float[][]> heads = new TreeMap<>();
        Dataset<Row> positions = analysis.layers(spark, "positions", "head", "position");
        List<Row> rows = positions
                .selectExpr(
                        "layer",
                        "head",
                        "cast(cast(position as long) * %d div %d as int) as run".formatted(runs, analysis.tokens()),
                        FinishedAnalysis.orNull(positions, "entropy"),
                        FinishedAnalysis.orNull(positions, "received"),
                        FinishedAnalysis.orNull(positions, "distance_absolute"))
                .withColumn("entropy", expr("entropy / ln(2D)"))
                .groupBy("layer", "head", "run")
                .agg(
                        expr("min(entropy)"),
                        expr("avg(entropy)"),
                        expr("max(entropy)"),
                        expr("min(received)"),
                        expr("avg(received)"),
                        expr("max(received)"),
                        expr("min(distance_absolute)"),
                        expr("avg(distance_absolute)"),
                        expr("max(distance_absolute)"))
                .collectAsList();
        for (Row row : rows) {
            float[][] planes = heads.computeIfAbsent(new Scope(row.getInt(0), row.getInt(1)), scope -> empty(runs));
            for (int plane = 0; plane < PLANES; plane++) {
                planes[plane][row.getInt(2)] = row.isNullAt(plane + 3) ? Float.NaN : (float) row.getDouble(plane + 3);
            }
        }
        return heads;
    }

    private static float[][] empty(int runs) {
        float[][] planes = new float[PLANES][runs];
        for (float[] plane : planes) {
            Arrays.fill(plane, Float.NaN);
        }
        return planes;
    }

    /** Of means the mean, of least the least, of most the most. */
    private static float[][] mean(List<float[][]> heads, int runs) {
        float[][] result = empty(runs);
        for (int plane = 0; plane < PLANES; plane++) {
            for (int run = 0; run < runs; run++) {
                double value =
                        plane % 3 == 0 ? Double.POSITIVE_INFINITY : plane % 3 == 1 ? 0 : Double.NEGATIVE_INFINITY;
                for (float[][] head : heads) {
                    float next = head[plane][run];
                    value = plane % 3 == 0
                            ? Math.min(value, next)
                            : plane % 3 == 1 ? value + next : Math.max(value, next);
                }
                result[plane][run] = (float) (plane % 3 == 1 ? value / heads.size() : value);
            }
        }
        return result;
    }
}
