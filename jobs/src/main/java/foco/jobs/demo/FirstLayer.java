package foco.jobs.demo;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;

import foco.driver.AttentionResult;
import foco.driver.layer.RowKernel;
import foco.driver.layer.TokenEmbedding;
import foco.driver.result.AttentionSummary;
import foco.driver.text.Token;
import foco.driver.text.TokenizedText;
import foco.driver.weights.AttentionWeights;
import foco.jobs.demo.DemoPage.SpotHeads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A text through the first attention of MiniLM, on Spark: token ids, embeddings, queries, keys and values, attention of
 * every token to every token of the whole text, heads side by side, W_O.
 */
public final class FirstLayer implements AutoCloseable {
    /** A text is one sequence, and a table without a sequence column is sequence 0. */
    private static final String SEQUENCE = "0";

    private static final StructType TOKENS = new StructType()
            .add("position", DataTypes.LongType, false)
            .add("paragraph", DataTypes.IntegerType, false)
            .add("place", DataTypes.IntegerType, false)
            .add("id", DataTypes.IntegerType, false)
            .add("token", DataTypes.StringType, false)
            .add("word", DataTypes.StringType, false)
            .add("start", DataTypes.IntegerType, false)
            .add("end", DataTypes.IntegerType, false);

    private final TokenizedText text;
    private final Dataset<Row> tokens;
    private final Broadcast<TokenEmbedding> embeddings;
    private final AttentionResult result;
    private final Dataset<Row> output;

    private FirstLayer(
            TokenizedText text,
            Dataset<Row> tokens,
            Broadcast<TokenEmbedding> embeddings,
            AttentionResult result,
            Dataset<Row> output) {
        this.text = text;
        this.tokens = tokens;
        this.embeddings = embeddings;
        this.result = result;
        this.output = output;
    }

    /** Computes the attention; what is left to do after it is cheap. */
    public static FirstLayer of(SparkSession spark, MiniLm model, TokenizedText text) {
        Dataset<Row> tokens = spark.createDataFrame(rows(text), TOKENS);
        Broadcast<TokenEmbedding> table =
                JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(model.embedding());
        Dataset<Row> embedded = tokens.mapPartitions(
                        (MapPartitionsFunction<Row, EmbeddedToken>) rows -> embed(rows, table.value()),
                        Encoders.bean(EmbeddedToken.class))
                .select("position", "embedding");
        AttentionResult result = model.attention().attend(model.attention().project(embedded));
        return new FirstLayer(text, tokens, table, result, model.attention().output(result));
    }

    private static List<Row> rows(TokenizedText text) {
        return IntStream.range(0, text.tokens().size())
                .mapToObj(position -> {
                    Token token = text.tokens().get(position);
                    return RowFactory.create(
                            (long) position,
                            token.paragraph(),
                            token.place(),
                            token.id(),
                            token.piece(),
                            text.word(position),
                            token.start(),
                            token.end());
                })
                .toList();
    }

    private static Iterator<EmbeddedToken> embed(Iterator<Row> rows, TokenEmbedding table) {
        List<Row> tokens = new ArrayList<>();
        rows.forEachRemaining(tokens::add);
        float[] places = new float[tokens.size()];
        for (int i = 0; i < places.length; i++) {
            places[i] = tokens.get(i).<Integer>getAs("place");
        }
        int[] ids = tokens.stream().mapToInt(row -> row.<Integer>getAs("id")).toArray();
        float[] vectors = table.embed(new RowKernel(), ids, places);
        return IntStream.range(0, tokens.size())
                .mapToObj(i -> {
                    EmbeddedToken token = new EmbeddedToken();
                    token.setPosition(tokens.get(i).getLong(0));
                    token.setEmbedding(Arrays.copyOfRange(vectors, i * table.width(), (i + 1) * table.width()));
                    return token;
                })
                .iterator();
    }

    public AttentionSummary summary() {
        return result.summary();
    }

    /** Exact weights of the words' tokens over all tokens of the text, for each head. */
    List<SpotHeads> heads(List<Spot> spots) {
        long[] positions = spots.stream()
                .flatMap(spot -> spot.pieces(text).stream())
                .distinct()
                .mapToLong(Integer::longValue)
                .toArray();
        List<AttentionWeights> weights = result.weights(SEQUENCE, positions);
        return spots.stream()
                .map(spot -> new SpotHeads(spot, heads(spot, weights)))
                .toList();
    }

    private List<WordAttention> heads(Spot spot, List<AttentionWeights> weights) {
        int heads = weights.stream().mapToInt(AttentionWeights::head).max().orElse(-1) + 1;
        return IntStream.range(0, heads)
                .mapToObj(head -> new WordAttention(
                        text,
                        spot.position(),
                        weights.stream()
                                .filter(row ->
                                        row.head() == head && spot.pieces(text).contains((int) row.position()))
                                .map(AttentionWeights::weights)
                                .toList()))
                .toList();
    }

    /** What the layer's attention gives for each of the words, {@code [width]}: the mean over the word's pieces. */
    List<double[]> outputs(List<Spot> spots) {
        Object[] positions = spots.stream()
                .flatMap(spot -> spot.pieces(text).stream())
                .distinct()
                .toArray();
        Map<Long, List<Float>> rows = new HashMap<>();
        for (Row row : output.where(col("position").isin(positions))
                .select("position", "output")
                .collectAsList()) {
            rows.put(row.getLong(0), row.getList(1));
        }
        return spots.stream().map(spot -> mean(spot.pieces(text), rows)).toList();
    }

    private static double[] mean(List<Integer> pieces, Map<Long, List<Float>> rows) {
        double[] mean = new double[rows.get((long) pieces.get(0)).size()];
        for (long piece : pieces) {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += rows.get(piece).get(i) / pieces.size();
            }
        }
        return mean;
    }

    /** The words' embeddings, the mean over each word's pieces. */
    List<double[]> inputs(List<Spot> spots) {
        return spots.stream()
                .map(spot -> {
                    List<Token> pieces =
                            spot.pieces(text).stream().map(text.tokens()::get).toList();
                    float[] rows = MiniLm.embed(embeddings.value(), pieces);
                    int width = rows.length / pieces.size();
                    double[] mean = new double[width];
                    for (int i = 0; i < rows.length; i++) {
                        mean[i % width] += rows[i] / (double) pieces.size();
                    }
                    return mean;
                })
                .toList();
    }

    /**
     * Every token of the text: {@code position, paragraph, place, id, token, word, start, end}, its {@code output array<float>}
     * of the layer's width and its {@code lse array<float>}, one for each head; in the text's order.
     */
    public Dataset<Row> table() {
        // The driver holds the tokens as it is, and lse is small: sent to the outputs they spare shuffles and a sort.
        return output.select("position", "output")
                .join(broadcast(tokens), "position")
                .join(broadcast(result.rows().select("position", "lse")), "position")
                .select("position", "paragraph", "place", "id", "token", "word", "start", "end", "output", "lse");
    }

    @Override
    public void close() {
        result.close();
        embeddings.destroy();
    }
}
