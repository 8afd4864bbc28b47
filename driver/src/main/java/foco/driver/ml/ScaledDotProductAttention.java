package foco.driver.ml;

import static org.apache.spark.sql.functions.col;

import foco.driver.AttentionResult;
import foco.driver.block.InvalidInputException;
import foco.driver.input.InputBlocks;
import foco.kernels.AttentionSpec;
import foco.kernels.text.SpecText;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import scala.collection.Seq;

/**
 * Exact attention of a table's queries, keys and values: {@code softmax(scale * Q K^T + mask) V} in each head of each
 * sequence, as a stage of Spark ML.
 *
 * <pre>{@code
 * new ScaledDotProductAttention()
 *         .setSpec("heads 8, causal and window(4095, 0)")
 *         .setSequenceCol("text_id")
 *         .transform(tokens);
 * }</pre>
 *
 * <p>In: vectors, {@code array<float>} or {@code array<double>}, the heads side by side, {@code [heads * keyWidth]},
 * {@code [keyValueHeads * keyWidth]} and {@code [keyValueHeads * valueWidth]}. Out: {@code [heads * valueWidth]}, of the kind
 * of the values. All other columns stay; rows come in any order.
 */
public final class ScaledDotProductAttention extends TokenStage {

    private static final long serialVersionUID = 1;

    private static final List<String> LIBRARY = List.of(InputBlocks.QUERY, InputBlocks.KEY, InputBlocks.VALUE);

    private final Param<String> queryCol = name("queryCol", "column of queries, the heads side by side");
    private final Param<String> keyCol = name("keyCol", "column of keys, the key/value heads side by side");
    private final Param<String> valueCol = name("valueCol", "column of values, the key/value heads side by side");
    private final Param<String> logSumExpCol = name(
            "logSumExpCol", "column to add with the natural log-sum-exp of each head's scores; not set: there is none");

    public ScaledDotProductAttention() {
        this(Identifiable$.MODULE$.randomUID("attention"));
    }

    public ScaledDotProductAttention(String uid) {
        super(
                uid,
                "attention",
                "column to add, of the kind of valueCol: each query's attention, the heads side by side");
        setDefault(queryCol, InputBlocks.QUERY);
        setDefault(keyCol, InputBlocks.KEY);
        setDefault(valueCol, InputBlocks.VALUE);
    }

    /** Reads a saved stage; as Spark's pipelines find it. */
    public static MLReader<ScaledDotProductAttention> read() {
        return new StageReader<>();
    }

    public static ScaledDotProductAttention load(String path) {
        return read().load(path);
    }

    /** The column of queries; {@code query} by default. */
    public Param<String> queryCol() {
        return queryCol;
    }

    public String getQueryCol() {
        return getOrDefault(queryCol);
    }

    public ScaledDotProductAttention setQueryCol(String column) {
        return with(queryCol, column);
    }

    /** The column of keys; {@code key} by default. */
    public Param<String> keyCol() {
        return keyCol;
    }

    public String getKeyCol() {
        return getOrDefault(keyCol);
    }

    public ScaledDotProductAttention setKeyCol(String column) {
        return with(keyCol, column);
    }

    /** The column of values; {@code value} by default. */
    public Param<String> valueCol() {
        return valueCol;
    }

    public String getValueCol() {
        return getOrDefault(valueCol);
    }

    public ScaledDotProductAttention setValueCol(String column) {
        return with(valueCol, column);
    }

    /** The column of log-sum-exps, of {@code array<float>}; none by default. */
    public Param<String> logSumExpCol() {
        return logSumExpCol;
    }

    public String getLogSumExpCol() {
        return getOrDefault(logSumExpCol);
    }

    public ScaledDotProductAttention setLogSumExpCol(String column) {
        return with(logSumExpCol, column);
    }

    public ScaledDotProductAttention setOutputCol(String column) {
        return with(outputCol(), column);
    }

    public ScaledDotProductAttention setPositionCol(String column) {
        return with(positionCol(), column);
    }

    public ScaledDotProductAttention setSequenceCol(String column) {
        return with(sequenceCol(), column);
    }

    public ScaledDotProductAttention setRotaryPositionCol(String column) {
        return with(rotaryPositionCol(), column);
    }

    public ScaledDotProductAttention setSpec(String text) {
        return with(spec(), text);
    }

    /** {@link #setSpec(String)} of the text of a spec. */
    public ScaledDotProductAttention setSpec(AttentionSpec attention) {
        return setSpec(SpecText.of(attention).toString());
    }

    private ScaledDotProductAttention with(Param<String> param, String value) {
        set(param, value);
        return this;
    }

    @Override
    public StructType transformSchema(StructType given) {
        TableSchema schema = schema(given);
        checkTokens(schema);
        schema.vectors("queryCol", getQueryCol());
        schema.vectors("keyCol", getKeyCol());
        ColumnKind kind = schema.vectors("valueCol", getValueCol());
        TableSchema out = schema.with("outputCol", getOutputCol(), kind.type(), true);
        return value(logSumExpCol)
                .map(column -> out.with("logSumExpCol", column, ColumnKind.FLOATS.type(), true))
                .orElse(out)
                .schema();
    }

    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        transformSchema(dataset.schema());
        Dataset<Row> table = dataset.toDF();
        List<String> names = List.of(getQueryCol(), getKeyCol(), getValueCol());
        List<Column> vectors = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            vectors.add(column(table, names.get(i)).as(LIBRARY.get(i)));
        }
        Dataset<Row> tokens = tokens(table, vectors);
        int[] widths = widths(tokens);
        AttentionResult result = attend(text().spec(widths[0], widths[1], widths[2]), tokens);
        ColumnKind kind = schema(table.schema()).vectors("valueCol", getValueCol());
        List<Column> added = new ArrayList<>(List.of(kind.of(col("output")).as(getOutputCol())));
        value(logSumExpCol).ifPresent(name -> added.add(col("lse").as(name)));
        return joined(table, result.rows(), added);
    }

    /** By the first row; that the others are alike is checked as they are read. */
    private int[] widths(Dataset<Row> tokens) {
        Row[] first = (Row[])
                tokens.select(LIBRARY.get(0), LIBRARY.subList(1, LIBRARY.size()).toArray(String[]::new))
                        .head(1);
        if (first.length == 0) {
            throw new InvalidInputException("%s: the table has no rows.".formatted(uid()));
        }
        int[] widths = new int[LIBRARY.size()];
        for (int i = 0; i < widths.length; i++) {
            Object vector = first[0].get(i);
            if (vector == null) {
                throw new InvalidInputException(
                        "%s: a row has no %s; each token needs one.".formatted(uid(), LIBRARY.get(i)));
            }
            widths[i] = vector instanceof Vector numbers ? numbers.size() : ((Seq<?>) vector).size();
        }
        return widths;
    }
}
