package foco.driver;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.when;

import foco.driver.block.InvalidInputException;
import foco.driver.block.TokenBlocks;
import foco.driver.block.VectorColumn;
import foco.driver.metrics.JobLabel;
import foco.driver.shared.Shared;
import foco.driver.table.TokenRow;
import foco.driver.table.TokenTable;
import foco.kernels.AttentionSpec;
import foco.kernels.dense.DenseKernel;
import foco.kernels.dense.Linear;
import foco.kernels.machine.Kernels;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * Multi-head self-attention as in "Attention Is All You Need" (Vaswani et al., 2017), section 3.2.2, step by step:
 *
 * <ol>
 *   <li>{@link #project}: embeddings times {@code W_Q}, {@code W_K}, {@code W_V} give queries, keys and values, the
 *       heads side by side;
 *   <li>{@link #attend}: scores are dot products of queries and keys over {@code sqrt(d_k)}, softmax turns each row
 *       into weights, and the weights sum up values, in each head;
 *   <li>{@link #output}: the heads' outputs, concatenated, times {@code W_O}.
 * </ol>
 *
 * @param spec heads, widths, scale and mask
 * @param query {@code W_Q} and its bias, embedding width to {@code heads * keyWidth}
 * @param key {@code W_K}, embedding width to {@code keyValueHeads * keyWidth}
 * @param value {@code W_V}, embedding width to {@code keyValueHeads * valueWidth}
 * @param output {@code W_O}, {@code heads * valueWidth} to any width
 */
public record MultiHeadAttention(AttentionSpec spec, Linear query, Linear key, Linear value, Linear output) {

    /** @throws IllegalArgumentException if a projection's widths do not fit the spec */
    public MultiHeadAttention {
        require("W_Q", query.outputs(), spec.queryRowWidth());
        require("W_K", key.outputs(), spec.keyRowWidth());
        require("W_V", value.outputs(), spec.valueRowWidth());
        require("W_O's input", output.inputs(), spec.outputRowWidth());
        require("W_K's input", key.inputs(), query.inputs());
        require("W_V's input", value.inputs(), query.inputs());
    }

    public static MultiHeadAttention of(AttentionSpec spec, Linear query, Linear key, Linear value, Linear output) {
        return new MultiHeadAttention(spec, query, key, value, output);
    }

    private static void require(String what, int width, int due) {
        if (width != due) {
            throw new IllegalArgumentException("%s is %d wide, where %d is due.".formatted(what, width, due));
        }
    }

    /**
     * Queries, keys and values.
     *
     * @param embeddings {@code sequence?, position, embedding}
     * @return {@code sequence, position, query, key, value}, lazily computed
     * @throws InvalidInputException if the first embedding has another width than the projections; that of another row
     *     is thrown where the table is read
     */
    public Dataset<Row> project(Dataset<Row> embeddings) {
        requireWidth(embeddings);
        return apply(embeddings, "embedding", List.of("query", "key", "value"), List.of(query, key, value));
    }

    /** Of the first row alone: most often all are as wide, and to look at all might take as long as to make them. */
    private void requireWidth(Dataset<Row> embeddings) {
        VectorColumn column = new VectorColumn("embedding", 1, query.inputs());
        try (JobLabel label = JobLabel.of(embeddings.sparkSession().sparkContext(), "reading the first embedding")) {
            for (TokenRow first : TokenTable.rows(embeddings, column).takeAsList(1)) {
                requireWidth("embedding", first, query.inputs());
            }
        }
    }

    private static void requireWidth(String column, TokenRow row, int width) {
        float[] vector = row.getFirst();
        if (vector == null || vector.length != width) {
            throw new InvalidInputException("The %s of position %d has %d elements, where the projections take %d."
                    .formatted(column, row.getPosition(), vector == null ? 0 : vector.length, width));
        }
    }

    /**
     * Queries, keys and values, block by block.
     *
     * @param embeddings with a column {@code embedding}
     * @return with the columns {@code query}, {@code key} and {@code value}; lazily computed
     * @throws InvalidInputException if the embeddings have another width than the projections
     */
    public TokenBlocks project(TokenBlocks embeddings) {
        List<VectorColumn> made = List.of(Attention.query(spec), Attention.key(spec), Attention.value(spec));
        return apply(embeddings, "embedding", made, List.of(query, key, value));
    }

    /** {@link #attend(Dataset)} of blocks. */
    public AttentionResult attend(TokenBlocks projected) {
        return Attention.of(spec).attend(projected);
    }

    /** Attention over what {@link #project} gives; with rotary embedding or a past, {@link Attention} takes it as well. */
    public AttentionResult attend(Dataset<Row> projected) {
        return Attention.of(spec).attend(projected);
    }

    /**
     * The concatenated heads times {@code W_O}.
     *
     * @return {@code sequence, position, output}, lazily computed while {@code result} is open
     * @throws InvalidInputException if the result is of attention with another output width
     */
    public Dataset<Row> output(AttentionResult result) {
        return TokenTable.rows(result.rows().sparkSession(), outputTokens(result));
    }

    /** {@link #output} as blocks with a column {@code output}. */
    public TokenBlocks outputTokens(AttentionResult result) {
        List<VectorColumn> made = List.of(new VectorColumn("output", 1, output.outputs()));
        return apply(result.tokens(), "output", made, List.of(output));
    }

    /** Applies linear layers to a vector column: one output column each. */
    private static TokenBlocks apply(TokenBlocks blocks, String input, List<VectorColumn> made, List<Linear> layers) {
        int column = blocks.column(input);
        int due = layers.get(0).inputs();
        int width = blocks.columns().get(column).elements();
        if (width != due) {
            throw new InvalidInputException(
                    "The %s of a token has %d elements, where %d are due.".formatted(input, width, due));
        }
        Shared<ArrayList<Linear>> weights = Shared.of(blocks.context(), new ArrayList<>(layers));
        return blocks.map(made, block -> {
            float[][] y = made.stream()
                    .map(vectors -> new float[Math.multiplyExact(block.rows(), vectors.elements())])
                    .toArray(float[][]::new);
            Kernels.dense().linears(weights.value(), block.columns()[column], 0, block.rows(), y);
            return y;
        });
    }

    /** Applies linear layers to a vector column: one output column each. */
    private static Dataset<Row> apply(Dataset<Row> table, String input, List<String> names, List<Linear> layers) {
        int width = layers.get(0).inputs();
        DataType type = TokenTable.sequenceType(table).orElse(DataTypes.LongType);
        Broadcast<ArrayList<Linear>> weights = JavaSparkContext.fromSparkContext(
                        table.sparkSession().sparkContext())
                .broadcast(new ArrayList<>(layers));
        Dataset<TokenRow> projected = TokenTable.rows(table, new VectorColumn(input, 1, width))
                .mapPartitions(
                        (Iterator<TokenRow> rows) -> new LayerRows(rows, input, weights.value()),
                        Encoders.bean(TokenRow.class));
        List<String> vectors = List.of("first", "second", "third");
        List<Column> columns = new ArrayList<>();
        columns.add(when(col("sequence").notEqual(TokenTable.NO_SEQUENCE), col("sequence"))
                .cast(type)
                .as("sequence"));
        columns.add(col("position"));
        for (int i = 0; i < names.size(); i++) {
            columns.add(col(vectors.get(i)).as(names.get(i)));
        }
        return projected.select(columns.toArray(Column[]::new));
    }

    /** Rows through linear layers, a batch at a time. */
    private static final class LayerRows implements Iterator<TokenRow>, Serializable {

        private static final int BATCH = 256;

        private final Iterator<TokenRow> rows;
        private final String input;
        private final List<Linear> layers;
        private Iterator<TokenRow> done = List.<TokenRow>of().iterator();

        LayerRows(Iterator<TokenRow> rows, String input, List<Linear> layers) {
            this.rows = rows;
            this.input = input;
            this.layers = layers;
        }

        @Override
        public boolean hasNext() {
            return done.hasNext() || rows.hasNext();
        }

        @Override
        public TokenRow next() {
            if (!done.hasNext()) {
                List<TokenRow> batch = new ArrayList<>();
                while (batch.size() < BATCH && rows.hasNext()) {
                    batch.add(rows.next());
                }
                apply(batch);
                done = batch.iterator();
            }
            return done.next();
        }

        private void apply(List<TokenRow> batch) {
            int width = layers.get(0).inputs();
            float[] x = new float[batch.size() * width];
            for (int i = 0; i < batch.size(); i++) {
                requireWidth(input, batch.get(i), width);
                System.arraycopy(batch.get(i).getFirst(), 0, x, i * width, width);
            }
            DenseKernel kernel = Kernels.dense();
            for (int l = 0; l < layers.size(); l++) {
                Linear layer = layers.get(l);
                float[] y = kernel.linear(layer, x, batch.size());
                for (int i = 0; i < batch.size(); i++) {
                    float[] row = Arrays.copyOfRange(y, i * layer.outputs(), (i + 1) * layer.outputs());
                    batch.get(i).set(l, row);
                }
            }
        }
    }
}
