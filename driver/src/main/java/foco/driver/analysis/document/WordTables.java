package foco.driver.analysis.document;

import foco.driver.analysis.layer.Link;
import foco.driver.analysis.layer.SampledRow;
import foco.driver.analysis.text.DocumentTokens;
import foco.driver.metrics.JobLabel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
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

    private final SparkContext context;
    private final TableWriter writer;
    private final DocumentTokens tokens;
    private final int top;
    private final int meanFrom;

    /**
     * @param layers of the analysis
     * @param top how many keys of an occurrence, and how many queries
     */
    WordTables(SparkContext context, TableWriter writer, DocumentTokens tokens, List<Integer> layers, int top) {
        this.context = context;
        this.writer = writer;
        this.tokens = tokens;
        this.top = top;
        this.meanFrom = meanFrom(layers);
    }

    /** The lowest layer of the mean. */
    static int meanFrom(List<Integer> layers) {
        return layers.stream().anyMatch(layer -> layer > 1) ? 2 : 1;
    }

    /** A row of the table of words. */
    private record WordRow(Occurrence of, int layer, int head, String direction, int rank, int other, float weight) {

        static final Comparator<WordRow> ORDER = Comparator.comparing((WordRow row) -> row.of.word())
                .thenComparingInt(row -> row.of.number())
                .thenComparingInt(WordRow::layer)
                .thenComparingInt(WordRow::head)
                .thenComparing(WordRow::direction)
                .thenComparingInt(WordRow::rank);

        Object[] values() {
            return new Object[] {
                of.word(), of.number(), of.first(), layer, head, direction, rank, other, weight, other - of.first()
            };
        }
    }

    /**
     * A word and what each head does with its occurrences.
     *
     * @param heads by layers, then by heads
     * @param mean of all heads above the first layer, whose queries know of a word but its place; where there is no other, of that
     */
    record Answer(String word, List<Occurrence> occurrences, List<WordInHead> heads, WordMean mean) {

        /** The head in which the occurrences are farthest apart. */
        WordInHead farthest() {
            return heads.stream()
                    .max(Comparator.comparingDouble(WordInHead::meanApart))
                    .orElseThrow();
        }
    }

    /**
     * Compares the occurrences, and writes the tables.
     *
     * @param rows of all layers
     * @param queries the heaviest of each token of the words, in each layer and head; none if they were not asked for
     */
    List<Answer> write(JavaRDD<SampledRow> rows, List<Link> queries, Map<String, List<Occurrence>> words)
            throws IOException {
        List<Answer> answers = new ArrayList<>();
        List<WordRow> all = new ArrayList<>();
        try (JobLabel label = JobLabel.of(context, "chosen words")) {
            words.forEach((word, occurrences) -> {
                answers.add(answer(word, occurrences, rows));
                occurrences.forEach(occurrence -> all.addAll(attended(occurrence, queries)));
            });
        }
        answers.forEach(answer -> all.addAll(attends(answer)));
        all.sort(WordRow.ORDER);
        writer.write(WORDS, WORDS_TYPE, () -> all.stream().map(WordRow::values).iterator());
        writer.write(PAIRS, PAIRS_TYPE, () -> answers.stream()
                .flatMap(answer -> pairs(answer).stream())
                .iterator());
        return answers;
    }

    private Answer answer(String word, List<Occurrence> occurrences, JavaRDD<SampledRow> rows) {
        WordInHead.Question question = question(occurrences);
        List<WordInHead.Weighed> heads = heads(rows, question);
        List<WordInHead.Weighed> upper = heads.stream()
                .filter(weighed -> weighed.head().layer() >= meanFrom)
                .toList();
        return new Answer(
                word, occurrences, heads.stream().map(WordInHead.Weighed::head).toList(), WordMean.of(question, upper));
    }

    private static List<WordInHead.Weighed> heads(JavaRDD<SampledRow> rows, WordInHead.Question question) {
        BitSet pieces = new BitSet();
        question.occurrences().stream().flatMapToInt(Occurrence::positions).forEach(pieces::set);
        return rows
                .filter(row -> pieces.get(row.position()))
                .groupBy(row -> List.of(row.layer(), row.head()))
                .map(head -> question.answer(head._1().get(0), head._1().get(1), head._2()))
                .collect()
                .stream()
                .sorted(Comparator.comparingInt(
                                (WordInHead.Weighed weighed) -> weighed.head().layer())
                        .thenComparingInt(weighed -> weighed.head().head()))
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

    private static List<WordRow> attends(Answer answer) {
        List<WordRow> rows = new ArrayList<>();
        for (WordInHead head : answer.heads()) {
            for (int o = 0; o < answer.occurrences().size(); o++) {
                Occurrence of = answer.occurrences().get(o);
                List<WordInHead.Key> keys = head.heaviest().get(o);
                for (int rank = 1; rank <= keys.size(); rank++) {
                    WordInHead.Key key = keys.get(rank - 1);
                    rows.add(new WordRow(of, head.layer(), head.head(), "attends", rank, key.position(), key.weight()));
                }
            }
        }
        return rows;
    }

    /** The queries that give most to the word's tokens together, among the heaviest of each token. */
    private List<WordRow> attended(Occurrence of, List<Link> queries) {
        Map<LikenessTable.Head, Map<Integer, Double>> heads = new HashMap<>();
        queries.stream().filter(link -> of.holds(link.key())).forEach(link -> heads.computeIfAbsent(
                        new LikenessTable.Head(link.layer(), link.head()), head -> new TreeMap<>())
                .merge(link.query(), (double) link.weight(), Double::sum));
        List<WordRow> rows = new ArrayList<>();
        heads.forEach((head, its) -> {
            List<Map.Entry<Integer, Double>> heaviest = its.entrySet().stream()
                    .sorted(Map.Entry.<Integer, Double>comparingByValue()
                            .reversed()
                            .thenComparing(Map.Entry.comparingByKey()))
                    .limit(top)
                    .toList();
            for (int rank = 1; rank <= heaviest.size(); rank++) {
                Map.Entry<Integer, Double> query = heaviest.get(rank - 1);
                float weight = query.getValue().floatValue();
                rows.add(new WordRow(of, head.layer(), head.head(), "attended", rank, query.getKey(), weight));
            }
        });
        return rows;
    }

    private static List<Object[]> pairs(Answer answer) {
        List<Object[]> rows = new ArrayList<>();
        int n = answer.occurrences().size();
        for (WordInHead head : answer.heads()) {
            int at = 0;
            for (int a = 0; a < n; a++) {
                for (int b = a + 1; b < n; b++) {
                    rows.add(new Object[] {
                        answer.word(),
                        head.layer(),
                        head.head(),
                        answer.occurrences().get(a).number(),
                        answer.occurrences().get(b).number(),
                        head.apart()[at++]
                    });
                }
            }
        }
        return rows;
    }
}
