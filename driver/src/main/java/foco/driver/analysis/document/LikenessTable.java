package foco.driver.analysis.document;

import static org.apache.spark.sql.functions.col;

import foco.driver.analysis.folder.AnalysisFolder;
import foco.driver.analysis.head.Clusters;
import foco.driver.analysis.head.Divergence;
import foco.driver.metrics.JobLabel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The table {@code likeness}: how alike what two heads attend to is, over a sample of queries, with the standard error of the mean,
 * and the clusters that follow.
 */
final class LikenessTable {

    static final String NAME = "likeness";

    /** More heads have too many pairs. */
    static final int MOST_HEADS = 256;

    private static final StructType TYPE = new StructType()
            .add("layer_a", DataTypes.IntegerType, false)
            .add("head_a", DataTypes.IntegerType, false)
            .add("layer_b", DataTypes.IntegerType, false)
            .add("head_b", DataTypes.IntegerType, false)
            .add("divergence", DataTypes.DoubleType, false)
            .add("error", DataTypes.DoubleType, true)
            .add("cluster_a", DataTypes.IntegerType, false)
            .add("cluster_b", DataTypes.IntegerType, false);

    static final Comparator<Head> ORDER = Comparator.comparingInt(Head::layer).thenComparingInt(Head::head);

    private final SparkSession spark;
    private final AnalysisFolder folder;

    LikenessTable(SparkSession spark, AnalysisFolder folder) {
        this.spark = spark;
        this.folder = folder;
    }

    /** A head among all. */
    record Head(int layer, int head) {}

    /**
     * A pair, each of the two with its cluster.
     *
     * @param divergence in bits
     * @param error its standard error; NaN of one query
     */
    record Pair(Head a, Head b, double divergence, double error, int clusterA, int clusterB) {}

    /**
     * Compares all heads, and writes the table.
     *
     * @param rows of all layers: {@code layer, head, position, weights}
     * @param sample the queries to look at
     * @param heads all of them, by layers, then by heads
     */
    List<Pair> write(Dataset<Row> rows, Sample sample, List<Head> heads) throws IOException {
        double[][][] moments = moments(rows, sample, heads.size());
        List<Pair> pairs = pairs(heads, moments);
        List<Row> table = pairs.stream()
                .map(pair -> RowFactory.create(
                        pair.a().layer(),
                        pair.a().head(),
                        pair.b().layer(),
                        pair.b().head(),
                        pair.divergence(),
                        Double.isNaN(pair.error()) ? null : pair.error(),
                        pair.clusterA(),
                        pair.clusterB()))
                .toList();
        new TableWriter(spark, folder).write(NAME, spark.createDataFrame(table, TYPE));
        return pairs;
    }

    /** Of each pair the number of queries, the sum of the divergences and that of their squares: {@code [3][pair]} by query. */
    private double[][][] moments(Dataset<Row> rows, Sample sample, int heads) {
        Object[] chosen =
                LongStream.of(sample.positions()).mapToObj(p -> (int) p).toArray();
        int count = heads;
        try (JobLabel label = JobLabel.of(spark.sparkContext(), "likeness of heads")) {
            List<double[]> byQuery = rows.where(col("position").isin(chosen))
                    .as(Encoders.bean(SampledRow.class))
                    .toJavaRDD()
                    .groupBy(SampledRow::getPosition, sample.count())
                    .map(query -> divergences(query._2(), count))
                    .collect();
            double[][][] moments = new double[heads][heads][3];
            for (double[] divergences : byQuery) {
                int at = 0;
                for (int a = 0; a < heads; a++) {
                    for (int b = a + 1; b < heads; b++) {
                        double d = divergences[at++];
                        if (!Double.isNaN(d)) {
                            moments[a][b][0]++;
                            moments[a][b][1] += d;
                            moments[a][b][2] += d * d;
                        }
                    }
                }
            }
            return moments;
        }
    }

    /** Of all pairs of heads; NaN where one sees nothing. */
    private static double[] divergences(Iterable<SampledRow> rows, int heads) {
        List<SampledRow> all = new ArrayList<>();
        rows.forEach(all::add);
        all.sort(SampledRow::compare);
        if (all.size() != heads) {
            throw new IllegalStateException(
                    "A query has rows of %d heads, and there are %d".formatted(all.size(), heads));
        }
        Divergence divergence = new Divergence();
        float[][] p = new float[heads][];
        double[] surprise = new double[heads];
        for (int h = 0; h < heads; h++) {
            p[h] = Divergence.normalized(all.get(h).getWeights());
            surprise[h] = divergence.surprise(p[h]);
        }
        double[] pairs = new double[heads * (heads - 1) / 2];
        int at = 0;
        for (int a = 0; a < heads; a++) {
            for (int b = a + 1; b < heads; b++) {
                boolean both = p[a].length > 0 && p[b].length > 0;
                pairs[at++] = both ? divergence.of(p[a], surprise[a], p[b], surprise[b]) : Double.NaN;
            }
        }
        return pairs;
    }

    private static List<Pair> pairs(List<Head> heads, double[][][] moments) {
        int n = heads.size();
        double[][] means = new double[n][n];
        for (int a = 0; a < n; a++) {
            for (int b = a + 1; b < n; b++) {
                double[] of = moments[a][b];
                // Heads that no query shows both of are not alike.
                means[a][b] = of[0] == 0 ? 1 : of[1] / of[0];
                means[b][a] = means[a][b];
            }
        }
        int[] clusters = Clusters.of(means);
        List<Pair> pairs = new ArrayList<>();
        for (int a = 0; a < n; a++) {
            for (int b = a + 1; b < n; b++) {
                double[] of = moments[a][b];
                double variance = (of[2] - of[0] * means[a][b] * means[a][b]) / (of[0] - 1);
                double error = of[0] < 2 ? Double.NaN : Math.sqrt(Math.max(0, variance) / of[0]);
                pairs.add(new Pair(heads.get(a), heads.get(b), means[a][b], error, clusters[a], clusters[b]));
            }
        }
        return List.copyOf(pairs);
    }

    /** How many clusters have more than one head. */
    static long groups(List<Pair> pairs) {
        return pairs.stream()
                .filter(pair -> pair.clusterA() == pair.clusterB())
                .mapToInt(Pair::clusterA)
                .distinct()
                .count();
    }
}
