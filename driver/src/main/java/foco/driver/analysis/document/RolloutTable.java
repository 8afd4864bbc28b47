package foco.driver.analysis.document;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.sum;

import foco.driver.AnalysisResult;
import foco.driver.Attention;
import foco.driver.AttentionAnalysis;
import foco.driver.AttentionResult;
import foco.driver.analysis.folder.AnalysisFolder;
import foco.driver.analysis.text.Section;
import foco.driver.block.TokenBlocks;
import foco.driver.block.VectorColumn;
import foco.driver.file.RowFile;
import foco.driver.metrics.JobLabel;
import foco.driver.result.OutputBlock;
import foco.driver.settings.FocoConf;
import foco.driver.table.TokenTable;
import foco.kernels.AttentionSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.IntFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The table {@code rollout}: attention rollout through all layers (Abnar and Zuidema, "Quantifying Attention Flow in Transformers",
 * 2020). A layer passes on half of what a token has, and takes half from what it attends to, in the mean of its heads:
 * {@code 0.5 I + 0.5 mean(P)}. Downward from a token these shares tell on which tokens its result rests; upward from a passage they
 * tell how much of each token's result rests on it.
 */
final class RolloutTable {

    static final String NAME = "rollout";

    /** The half that residual connections are taken to pass on. */
    static final double RESIDUAL = 0.5;

    private static final StructType TYPE = new StructType()
            .add("direction", DataTypes.StringType, false)
            .add("chosen", DataTypes.IntegerType, false)
            .add("layer", DataTypes.IntegerType, false)
            .add("position", DataTypes.IntegerType, false)
            .add("value", DataTypes.FloatType, false);

    private final SparkSession spark;
    private final AnalysisFolder folder;
    private final FocoConf conf;
    private final IntFunction<Attention> attentions;
    private final int layers;
    private final int count;

    /**
     * @param attentions of each layer, counted from 1
     * @param count of tokens
     */
    RolloutTable(
            SparkSession spark,
            AnalysisFolder folder,
            FocoConf conf,
            IntFunction<Attention> attentions,
            int layers,
            int count) {
        this.spark = spark;
        this.folder = folder;
        this.conf = conf;
        this.attentions = attentions;
        this.layers = layers;
        this.count = count;
    }

    /**
     * Shares at the far end.
     *
     * @param from of each chosen token what it rests on below the first layer
     * @param to of each chosen passage how much of each token rests on it above the last
     */
    record Ends(List<float[]> from, List<float[]> to) {}

    Ends write(TableWriter writer, List<Integer> from, List<Section> to) throws IOException {
        List<float[]> down = new ArrayList<>();
        List<float[]> up = new ArrayList<>();
        from.forEach(position -> down.add(ones(position, position + 1)));
        to.forEach(section -> up.add(ones(section.first(), section.end())));
        writer.write(NAME, TYPE, file -> {
            for (int layer = layers; layer >= 1 && !down.isEmpty(); layer--) {
                try (JobLabel label = JobLabel.of(spark.sparkContext(), "rollout, layer %d", layer)) {
                    step(down, received(layer, down));
                    add(file, "from", layer, down);
                }
            }
            for (int layer = 1; layer <= layers && !up.isEmpty(); layer++) {
                try (JobLabel label = JobLabel.of(spark.sparkContext(), "influence, layer %d", layer)) {
                    step(up, taken(layer, up));
                    add(file, "to", layer, up);
                }
            }
        });
        return new Ends(down, up);
    }

    private float[] ones(int first, int end) {
        float[] ones = new float[count];
        Arrays.fill(ones, first, end, 1);
        return ones;
    }

    private static void step(List<float[]> shares, double[][] attended) {
        for (int c = 0; c < attended.length; c++) {
            float[] next = new float[attended[c].length];
            for (int i = 0; i < next.length; i++) {
                next[i] = (float) (RESIDUAL * shares.get(c)[i] + (1 - RESIDUAL) * attended[c][i]);
            }
            shares.set(c, next);
        }
    }

    private void add(RowFile rows, String direction, int layer, List<float[]> shares) throws IOException {
        for (int c = 0; c < shares.size(); c++) {
            for (int i = 0; i < count; i++) {
                if (shares.get(c)[i] > 0) {
                    rows.add(direction, c + 1, layer, i, shares.get(c)[i]);
                }
            }
        }
    }

    private TokenBlocks tokens(int layer, AttentionSpec spec) {
        String table =
                new org.apache.hadoop.fs.Path(folder.unfinished(FlowStatistic.TABLE), "layer=" + layer).toString();
        return TokenTable.read(
                spark.read().parquet(table),
                conf,
                new VectorColumn("query", spec.heads(), spec.keyWidth()),
                new VectorColumn("key", spec.keyValueHeads(), spec.keyWidth()));
    }

    /** What each key receives of the shares, in the mean of the heads. */
    private double[][] received(int layer, List<float[]> shares) {
        Attention attention = attentions.apply(layer);
        double[][] received = new double[shares.size()][count];
        try (TokenBlocks tokens = tokens(layer, attention.spec());
                AnalysisResult result = AttentionAnalysis.of(attention)
                        .with(new FlowStatistic(new ArrayList<>(shares)))
                        .analyze(tokens)) {
            Dataset<Row> flow = result.table(FlowStatistic.TABLE);
            Column[] sums = new Column[shares.size()];
            for (int c = 0; c < sums.length; c++) {
                sums[c] = sum(col(FlowStatistic.column(c))).as(FlowStatistic.column(c));
            }
            int heads = attention.spec().heads();
            for (Row row : flow.groupBy("position")
                    .agg(sums[0], Arrays.copyOfRange(sums, 1, sums.length))
                    .collectAsList()) {
                for (int c = 0; c < sums.length; c++) {
                    received[c][row.getInt(0)] = row.getDouble(c + 1) / heads;
                }
            }
        }
        return received;
    }

    /** What each query takes of the shares that keys hold, in the mean of the heads: attention with the shares as values. */
    private double[][] taken(int layer, List<float[]> shares) {
        Attention attention = attentions.apply(layer);
        AttentionSpec spec = attention.spec();
        int choices = shares.size();
        double[][] taken = new double[choices][count];
        try (TokenBlocks tokens = tokens(layer, spec);
                AttentionResult result = attention
                        .withSpec(spec.withValueWidth(choices))
                        .attend(withValues(tokens, spec, new ArrayList<>(shares)))) {
            Iterator<OutputBlock> blocks = result.blocks();
            while (blocks.hasNext()) {
                OutputBlock block = blocks.next();
                for (int i = 0; i < block.rows(); i++) {
                    int position = Math.toIntExact(block.firstPosition()) + i;
                    for (int h = 0; h < spec.heads(); h++) {
                        for (int c = 0; c < choices; c++) {
                            float share = block.output()[(i * spec.heads() + h) * choices + c];
                            taken[c][position] += (double) share / spec.heads();
                        }
                    }
                }
            }
        }
        return taken;
    }

    private static TokenBlocks withValues(TokenBlocks tokens, AttentionSpec spec, ArrayList<float[]> shares) {
        int choices = shares.size();
        int heads = spec.keyValueHeads();
        List<VectorColumn> columns = new ArrayList<>(tokens.columns());
        columns.add(new VectorColumn("value", heads, choices));
        return tokens.map(columns, block -> {
            float[] values = new float[block.rows() * heads * choices];
            for (int i = 0; i < values.length; i++) {
                int row = i / (heads * choices);
                values[i] = shares.get(i % choices)[(int) block.firstPosition() + row];
            }
            return new float[][] {block.columns()[0], block.columns()[1], values};
        });
    }
}
