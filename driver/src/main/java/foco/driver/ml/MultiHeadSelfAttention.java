package foco.driver.ml;

import static org.apache.spark.sql.functions.col;

import foco.driver.AttentionResult;
import foco.driver.MultiHeadAttention;
import foco.kernels.AttentionSpec;
import foco.kernels.text.SpecText;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.linalg.Matrix;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Multi-head self-attention with its learned matrices ("Attention Is All You Need", Vaswani et al., 2017, section 3.2.2), as
 * a stage of Spark ML: each token's embedding times {@code W_Q}, {@code W_K} and {@code W_V}, attention in each head, and the
 * heads' outputs side by side times {@code W_O}.
 *
 * <pre>{@code
 * new MultiHeadSelfAttention()
 *         .setSpec("heads 8, causal")
 *         .setWeights(wQ, wK, wV, wO)
 *         .transform(embeddings);
 * }</pre>
 *
 * <p>In: vectors, {@code array<float>} or {@code array<double>}, as wide as {@code W_Q} has rows. Out: the same kind, as wide
 * as {@code W_O} has columns. All other columns stay; rows come in any order. A saved stage keeps its matrices beside its
 * params, in {@code weights.safetensors}.
 */
public final class MultiHeadSelfAttention extends TokenStage {

    private static final long serialVersionUID = 1;

    private static final String WEIGHTS = "weights.safetensors";

    private final Param<String> embeddingCol = name("embeddingCol", "column of each token's embedding");

    /** Null where none were set: an Optional cannot be serialized, which stages are. */
    private ProjectionWeights weights;

    public MultiHeadSelfAttention() {
        this(Identifiable$.MODULE$.randomUID("selfAttention"));
    }

    public MultiHeadSelfAttention(String uid) {
        super(uid, "context", "column to add, of the kind of embeddingCol: each token's context vector");
        setDefault(embeddingCol, "embedding");
    }

    /** Reads a saved stage; as Spark's pipelines find it. */
    public static MLReader<MultiHeadSelfAttention> read() {
        return new StageReader<>();
    }

    public static MultiHeadSelfAttention load(String path) {
        return read().load(path);
    }

    /** The column of embeddings; {@code embedding} by default. */
    public Param<String> embeddingCol() {
        return embeddingCol;
    }

    public String getEmbeddingCol() {
        return getOrDefault(embeddingCol);
    }

    public MultiHeadSelfAttention setEmbeddingCol(String column) {
        return with(embeddingCol, column);
    }

    public MultiHeadSelfAttention setOutputCol(String column) {
        return with(outputCol(), column);
    }

    public MultiHeadSelfAttention setPositionCol(String column) {
        return with(positionCol(), column);
    }

    public MultiHeadSelfAttention setSequenceCol(String column) {
        return with(sequenceCol(), column);
    }

    public MultiHeadSelfAttention setRotaryPositionCol(String column) {
        return with(rotaryPositionCol(), column);
    }

    public MultiHeadSelfAttention setSpec(String text) {
        return with(spec(), text);
    }

    /** {@link #setSpec(String)} of the text of a spec. */
    public MultiHeadSelfAttention setSpec(AttentionSpec attention) {
        return setSpec(SpecText.of(attention).toString());
    }

    private MultiHeadSelfAttention with(Param<String> param, String value) {
        set(param, value);
        return this;
    }

    /** The learned matrices; empty if none were set. */
    public Optional<ProjectionWeights> getWeights() {
        return Optional.ofNullable(weights);
    }

    public MultiHeadSelfAttention setWeights(ProjectionWeights learned) {
        weights = learned;
        return this;
    }

    /** Matrices without biases, {@code [inputs, outputs]} each; their numbers are rounded to float32. */
    public MultiHeadSelfAttention setWeights(Matrix query, Matrix key, Matrix value, Matrix output) {
        return setWeights(new ProjectionWeights(
                Projection.of(query), Projection.of(key), Projection.of(value), Projection.of(output)));
    }

    private MultiHeadAttention attention(TableSchema schema) {
        ProjectionWeights all = getWeights()
                .orElseThrow(() -> schema.fault("it has no weights; call setWeights with W_Q, W_K, W_V and W_O"));
        try {
            AttentionSpec attention = text().spec(
                            all.query().outputs(),
                            all.key().outputs(),
                            all.value().outputs());
            return MultiHeadAttention.of(
                    attention,
                    all.query().linear(),
                    all.key().linear(),
                    all.value().linear(),
                    all.output().linear());
        } catch (IllegalArgumentException e) {
            throw schema.fault(e.getMessage().replaceFirst("\\.$", ""));
        }
    }

    @Override
    public StructType transformSchema(StructType given) {
        TableSchema schema = schema(given);
        checkTokens(schema);
        ColumnKind kind = schema.vectors("embeddingCol", getEmbeddingCol());
        attention(schema);
        return schema.with("outputCol", getOutputCol(), kind.type(), true).schema();
    }

    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        transformSchema(dataset.schema());
        Dataset<Row> table = dataset.toDF();
        TableSchema schema = schema(table.schema());
        MultiHeadAttention layer = attention(schema);
        Dataset<Row> tokens =
                tokens(table, List.of(column(table, getEmbeddingCol()).as("embedding")));
        AttentionResult result = attend(layer.spec(), layer.project(tokens));
        ColumnKind kind = schema.vectors("embeddingCol", getEmbeddingCol());
        return joined(
                table, layer.output(result), List.of(kind.of(col("output")).as(getOutputCol())));
    }

    @Override
    void saveData(Path folder, Configuration hadoop) throws IOException {
        if (weights != null) {
            weights.save(new Path(folder, WEIGHTS), hadoop);
        }
    }

    @Override
    void loadData(Path folder, Configuration hadoop) throws IOException {
        Path file = new Path(folder, WEIGHTS);
        if (file.getFileSystem(hadoop).exists(file)) {
            weights = ProjectionWeights.load(file, hadoop);
        }
    }

    @Override
    void copyData(FocoStage copy) {
        ((MultiHeadSelfAttention) copy).weights = weights;
    }
}
