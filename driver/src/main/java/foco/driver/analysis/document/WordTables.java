package foco.driver.analysis.document;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.sum;

import foco.driver.analysis.folder.AnalysisFolder;
import foco.driver.analysis.text.DocumentTokens;
import foco.driver.metrics.JobLabel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The tables of chosen words: {@code words}, what each occurrence attends to and what attends to it, and {@code word_pairs}, how
 * unlike two occurrences are in each head.
 */
final class WordTables {

    static final String WORDS = "words";
    static final String PAIRS = "word_pairs";

    private static final StructType WORDS_TYPE = new StructType()
            .add("word", DataTypes.StringType, false)
            .add("occurrence", DataTypes.IntegerType, false)
            .add("position", DataTypes.IntegerType, false)
            .add("layer", DataTypes.IntegerType, false)
            .add("head", DataTypes.IntegerType, false)
            .add("direction", DataTypes.StringType, false)
            .add("rank", DataTypes.IntegerType, false)
            .add("other", DataTypes.IntegerType, false)
            .add("weight", DataTypes.FloatType, false)
            .add("distance", DataTypes.IntegerType, false);

    private static final StructType PAIRS_TYPE = new StructType()
            .add("word", DataTypes.StringType, false)
            .add("layer", DataTypes.IntegerType, false)
            .add("head", DataTypes.IntegerType, false)
            .add("occurrence_a", DataTypes.IntegerType, false)
            .add("occurrence_b", DataTypes.IntegerType, false)
            .add("divergence", DataTypes.DoubleType, false);

    private static final StructType PIECES = new StructType()
            .add("word", DataTypes.StringType, false)
            .add("occurrence", DataTypes.IntegerType, false)
            .add("first", DataTypes.IntegerType, false)
            .add("piece", DataTypes.IntegerType, false);

    private final SparkSession spark;
    private final AnalysisFolder folder;
    private final DocumentTokens tokens;
    private final int top;

    WordTables(SparkSession spark, AnalysisFolder folder, DocumentTokens tokens, int top) {
        this.spark = spark;
        this.folder = folder;
        this.tokens = tokens;
        this.top = top;
    }

    /**
     * A word and what each head does with its occurrences.
     *
     * @param heads by layers, then by heads
     */
    record Answer(String word, List<Occurrence> occurrences, List<WordInHead> heads) {}

    /** @param rows of all layers: {@code layer, head, position, weights} */
    List<Answer> write(Dataset<Row> rows, Map<String, List<Occurrence>> words) throws IOException {
        List<Answer> answers = new ArrayList<>();
        try (JobLabel label = JobLabel.of(spark.sparkContext(), "chosen words")) {
            words.forEach((word, occurrences) -> answers.add(new Answer(word, occurrences, heads(rows, occurrences))));
            Dataset<Row> attends = spark.createDataFrame(
                    answers.stream().flatMap(answer -> rows(answer).stream()).toList(), WORDS_TYPE);
            boolean knowsQueries = !folder.present(List.of("top_queries")).isEmpty();
            Dataset<Row> all = knowsQueries ? attends.union(attended(words)) : attends;
            TableWriter writer = new TableWriter(spark, folder);
            writer.write(WORDS, all.coalesce(1).sort("word", "occurrence", "layer", "head", "direction", "rank"));
            writer.write(
                    PAIRS,
                    spark.createDataFrame(
                            answers.stream()
                                    .flatMap(answer -> pairs(answer).stream())
                                    .toList(),
                            PAIRS_TYPE));
        }
        return answers;
    }

    private List<WordInHead> heads(Dataset<Row> rows, List<Occurrence> occurrences) {
        WordInHead.Question question = question(occurrences);
        Object[] pieces =
                occurrences.stream().flatMapToInt(Occurrence::positions).boxed().toArray();
        return rows
                .where(col("position").isin(pieces))
                .as(Encoders.bean(SampledRow.class))
                .toJavaRDD()
                .groupBy(row -> List.of(row.getLayer(), row.getHead()))
                .map(head -> question.answer(head._1().get(0), head._1().get(1), head._2()))
                .collect()
                .stream()
                .sorted(Comparator.comparingInt(WordInHead::layer).thenComparingInt(WordInHead::head))
                .toList();
    }

    /** Words are told apart by how they are spelled, whatever the case. */
    private WordInHead.Question question(List<Occurrence> occurrences) {
        String own = occurrences.get(0).word().toLowerCase(Locale.ROOT);
        Map<String, Integer> numbers = new HashMap<>();
        int[] classes = IntStream.range(0, tokens.count())
                .map(i -> {
                    String word = tokens.word(i).toLowerCase(Locale.ROOT);
                    boolean tells = !tokens.isSeparator(i) && !tokens.isPunctuation(i) && !word.equals(own);
                    return tells ? numbers.computeIfAbsent(word, w -> numbers.size() + 1) : 0;
                })
                .toArray();
        return new WordInHead.Question(occurrences, classes, numbers.size(), top);
    }

    private static List<Row> rows(Answer answer) {
        List<Row> rows = new ArrayList<>();
        for (WordInHead head : answer.heads()) {
            for (int o = 0; o < answer.occurrences().size(); o++) {
                Occurrence of = answer.occurrences().get(o);
                List<WordInHead.Key> keys = head.heaviest().get(o);
                for (int rank = 0; rank < keys.size(); rank++) {
                    WordInHead.Key key = keys.get(rank);
                    rows.add(RowFactory.create(
                            answer.word(),
                            of.number(),
                            of.first(),
                            head.layer(),
                            head.head(),
                            "attends",
                            rank + 1,
                            key.position(),
                            key.weight(),
                            key.position() - of.first()));
                }
            }
        }
        return rows;
    }

    /** The queries that give most to the word's tokens together, among the heaviest of each token. */
    private Dataset<Row> attended(Map<String, List<Occurrence>> words) {
        List<Row> pieces = words.values().stream()
                .flatMap(List::stream)
                .flatMap(of ->
                        of.positions().mapToObj(piece -> RowFactory.create(of.word(), of.number(), of.first(), piece)))
                .toList();
        Dataset<Row> queries = spark.read().parquet(folder.path("top_queries").toString());
        return queries.withColumnRenamed("position", "piece")
                .drop("rank")
                .join(broadcast(spark.createDataFrame(pieces, PIECES)), "piece")
                .groupBy("word", "occurrence", "first", "layer", "head", "query")
                .agg(sum(col("weight").cast("double")).as("weight"))
                .withColumn(
                        "rank",
                        row_number()
                                .over(Window.partitionBy("word", "occurrence", "layer", "head")
                                        .orderBy(col("weight").desc(), col("query"))))
                .where(col("rank").leq(top))
                .select(
                        col("word"),
                        col("occurrence"),
                        col("first").as("position"),
                        col("layer"),
                        col("head"),
                        lit("attended").as("direction"),
                        col("rank"),
                        col("query").as("other"),
                        col("weight").cast("float"),
                        col("query").minus(col("first")).as("distance"));
    }

    private static List<Row> pairs(Answer answer) {
        List<Row> rows = new ArrayList<>();
        int n = answer.occurrences().size();
        for (WordInHead head : answer.heads()) {
            int at = 0;
            for (int a = 0; a < n; a++) {
                for (int b = a + 1; b < n; b++) {
                    rows.add(RowFactory.create(
                            answer.word(),
                            head.layer(),
                            head.head(),
                            answer.occurrences().get(a).number(),
                            answer.occurrences().get(b).number(),
                            head.apart()[at++]));
                }
            }
        }
        return rows;
    }
}
