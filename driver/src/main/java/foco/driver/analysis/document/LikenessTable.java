package foco.driver.analysis.document;

import foco.driver.analysis.head.Clusters;
import foco.driver.analysis.head.Divergence;
import foco.driver.analysis.layer.SampledRow;
import foco.driver.metrics.JobLabel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.Tuple2;

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

    private final SparkContext context;
    private final TableWriter writer;

    LikenessTable(SparkContext context, TableWriter writer) {
        this.context = context;
        this.writer = writer;
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
     * @param rows of all layers
     * @param sample the queries to look at
     * @param heads all of them, by layers, then by heads
     */
    List<Pair> write(JavaRDD<SampledRow> rows, Sample sample, List<Head> heads) throws IOException {
        double[][][] moments = moments(rows, sample, heads.size());
        List<Pair> pairs = pairs(heads, moments);
        writer.write(NAME, TYPE, () -> pairs.stream()
                .map(pair -> new Object[] {
                    pair.a().layer(),
                    pair.a().head(),
                    pair.b().layer(),
                    pair.b().head(),
                    pair.divergence(),
                    Double.isNaN(pair.error()) ? null : pair.error(),
                    pair.clusterA(),
                    pair.clusterB()
                })
                .iterator());
        return pairs;
    }

    /** Of each pair of heads, {@code [a][b]} with {@code a < b}: the queries, the sum of the divergences, and that of their squares. */
    private double[][][] moments(JavaRDD<SampledRow> rows, Sample sample, int heads) {
        BitSet chosen = new BitSet();
        LongStream.of(sample.positions()).forEach(position -> chosen.set((int) position));
        List<Tuple2<Integer, double[]>> byQuery;
        try (JobLabel label = JobLabel.of(context, "likeness of heads")) {
            byQuery = rows.filter(row -> chosen.get(row.position()))
                    .groupBy(SampledRow::position, sample.count())
                    .map(query -> new Tuple2<>(query._1(), divergences(query._2(), heads)))
                    .collect();
        }
        double[][][] moments = new double[heads][heads][3];
        // Sums round by their order, and tasks end in any.
        byQuery.stream().sorted(Comparator.comparingInt(Tuple2::_1)).forEach(query -> add(query._2(), moments));
        return moments;
    }

    private static void add(double[] divergences, double[][][] moments) {
        int at = 0;
        for (int a = 0; a < moments.length; a++) {
            for (int b = a + 1; b < moments.length; b++) {
                double d = divergences[at++];
                if (!Double.isNaN(d)) {
                    moments[a][b][0]++;
                    moments[a][b][1] += d;
                    moments[a][b][2] += d * d;
                }
            }
        }
    }

    /** Of all pairs of heads; NaN where one sees nothing. */
    private static double[] divergences(Iterable<SampledRow> rows, int heads) {
        List<SampledRow> all = new ArrayList<>();
        rows.forEach(all::add);
        all.sort(SampledRow.ORDER);
        if (all.size() != heads) {
            throw new IllegalStateException(
                    "A query has rows of %d heads, and there are %d".formatted(all.size(), heads));
        }
        Divergence divergence = new Divergence();
        float[][] p = new float[heads][];
        double[] surprise = new double[heads];
        for (int h = 0; h < heads; h++) {
            p[h] = Divergence.normalized(all.get(h).weights());
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
