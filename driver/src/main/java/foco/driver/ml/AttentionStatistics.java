package foco.driver.ml;

import static org.apache.spark.sql.functions.col;

import foco.driver.AnalysisResult;
import foco.driver.AttentionAnalysis;
import foco.driver.analysis.Statistic;
import foco.driver.input.InputBlocks;
import foco.kernels.AttentionSpec;
import foco.kernels.text.SpecText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Exact statistics of the attention weights of a table's queries and keys, as a stage of Spark ML: for each token and head how
 * wide its attention is, how far it reaches, and how much it receives. The weights are never stored.
 *
 * <pre>{@code
 * new AttentionStatistics().setSpec("heads 8, causal").setStatistics("entropy, received").transform(tokens);
 * }</pre>
 *
 * <p>Out: a row for each token and head, with the token's columns, the head's number from 0, and the columns of the statistics:
 *
 * <ul>
 *   <li>{@code entropy}: {@code entropy} of the weights, in natural units
 *   <li>{@code distances}: {@code distance} and {@code distance_absolute}, the means of key less query
 *   <li>{@code nearness}: {@code self}, {@code previous}, {@code next} and {@code near} (within 64), shares of the weight
 *   <li>{@code received}: {@code received}, the sum of the weights that a token gets from all
 * </ul>
 */
public final class AttentionStatistics extends TokenStage {

    private static final long serialVersionUID = 1;

    private static final int NEAR = 64;

    /** By the names that the param takes. */
    private static final Map<String, Supplier<Statistic<?>>> KINDS = kinds();

    private final Param<String> queryCol = name("queryCol", "column of queries, the heads side by side");
    private final Param<String> keyCol = name("keyCol", "column of keys, the key/value heads side by side");
    private final Param<String> statistics = param(
            "statistics",
            "which statistics to compute",
            "some of %s, with commas between them".formatted(String.join(", ", KINDS.keySet())),
            text -> KINDS.keySet().containsAll(words(text)));

    public AttentionStatistics() {
        this(Identifiable$.MODULE$.randomUID("statistics"));
    }

    public AttentionStatistics(String uid) {
        super(uid, "head", "column to add with the number of the head, from 0, that a row is of");
        setDefault(queryCol, InputBlocks.QUERY);
        setDefault(keyCol, InputBlocks.KEY);
        setDefault(statistics, String.join(", ", KINDS.keySet()));
    }

    private static Map<String, Supplier<Statistic<?>>> kinds() {
        Map<String, Supplier<Statistic<?>>> all = new LinkedHashMap<>();
        all.put("entropy", Statistic::entropy);
        all.put("distances", Statistic::distances);
        all.put("nearness", () -> Statistic.nearness(NEAR));
        all.put("received", Statistic::received);
        return all;
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    }

    /** Reads a saved stage; as Spark's pipelines find it. */
    public static MLReader<AttentionStatistics> read() {
        return new StageReader<>();
    }

    public static AttentionStatistics load(String path) {
        return read().load(path);
    }

    /** The column of queries; {@code query} by default. */
    public Param<String> queryCol() {
        return queryCol;
    }

    public String getQueryCol() {
        return getOrDefault(queryCol);
    }

    public AttentionStatistics setQueryCol(String column) {
        return with(queryCol, column);
    }

    /** The column of keys; {@code key} by default. */
    public Param<String> keyCol() {
        return keyCol;
    }

    public String getKeyCol() {
        return getOrDefault(keyCol);
    }

    public AttentionStatistics setKeyCol(String column) {
        return with(keyCol, column);
    }

    /** Names of statistics; all by default. */
    public Param<String> statistics() {
        return statistics;
    }

    public String getStatistics() {
        return getOrDefault(statistics);
    }

    public AttentionStatistics setStatistics(String names) {
        return with(statistics, names);
    }

    public AttentionStatistics setOutputCol(String column) {
        return with(outputCol(), column);
    }

    public AttentionStatistics setPositionCol(String column) {
        return with(positionCol(), column);
    }

    public AttentionStatistics setSequenceCol(String column) {
        return with(sequenceCol(), column);
    }

    public AttentionStatistics setRotaryPositionCol(String column) {
        return with(rotaryPositionCol(), column);
    }

    public AttentionStatistics setSpec(String text) {
        return with(spec(), text);
    }

    /** {@link #setSpec(String)} of the text of a spec. */
    public AttentionStatistics setSpec(AttentionSpec attention) {
        return setSpec(SpecText.of(attention).toString());
    }

    private AttentionStatistics with(Param<String> param, String value) {
        set(param, value);
        return this;
    }

    private List<Statistic<?>> chosen() {
        List<Statistic<?>> all = new ArrayList<>();
        words(getStatistics()).stream()
                .distinct()
                .forEach(name -> all.add(KINDS.get(name).get()));
        return all;
    }

    @Override
    public StructType transformSchema(StructType given) {
        TableSchema schema = schema(given);
        checkTokens(schema);
        schema.vectors("queryCol", getQueryCol());
        schema.vectors("keyCol", getKeyCol());
        TableSchema out = schema.with("outputCol", getOutputCol(), DataTypes.IntegerType, true);
        for (Statistic<?> statistic : chosen()) {
            for (StructField column : StructType.fromDDL(statistic.columns()).fields()) {
                out = out.with("statistics", column.name(), column.dataType(), true);
            }
        }
        return out.schema();
    }

    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        StructType schema = transformSchema(dataset.schema());
        Dataset<Row> table = dataset.toDF();
        Dataset<Row> tokens = tokens(
                table,
                List.of(
                        column(table, getQueryCol()).as(InputBlocks.QUERY),
                        column(table, getKeyCol()).as(InputBlocks.KEY)));
        int[] widths = widths(tokens, List.of(InputBlocks.QUERY, InputBlocks.KEY));
        // The values play no part in statistics of weights.
        AttentionSpec attention = text().spec(widths[0], widths[1], widths[1]);
        AnalysisResult result = AttentionAnalysis.of(attention(attention))
                .with(chosen().toArray(Statistic<?>[]::new))
                .analyze(tokens);
        List<Column> added = new ArrayList<>(List.of(col("head").as(getOutputCol())));
        Arrays.stream(schema.fieldNames())
                .skip(dataset.schema().size() + 1L)
                .forEach(name -> added.add(col("`%s`".formatted(name))));
        return joined(table, result.positions(), added);
    }
}
