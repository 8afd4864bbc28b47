package foco.jobs.ask;

import static org.apache.spark.sql.functions.col;

import foco.driver.analysis.text.DocumentTokens;
import foco.driver.analysis.text.Percent;
import foco.jobs.ask.Answer.Entry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;

/**
 * How the occurrences of a word differ: what words each attends to in the head that tells them apart most. Two occurrences are apart
 * by the total variation distance between the weights that their heaviest keys give to words: 0 if they look at the same words, 1
 * if at none in common. Marks, punctuation and the word itself tell nothing, and are left out.
 */
final class OccurrenceAnswer {

    /** More lines than this nobody compares. */
    private static final int MOST = 12;

    private static final int WORDS = 4;
    private static final int CONTEXT = 25;

    private final OpenTables tables;
    private final DocumentTokens tokens;
    private final String word;
    private final Scope scope;

    OccurrenceAnswer(OpenTables tables, String word, Scope scope) {
        this.tables = tables;
        this.tokens = tables.tokens();
        this.word = word;
        this.scope = scope;
    }

    /** A head of a layer. */
    private record Head(int layer, int head) {}

    Answer answer() throws IOException {
        List<Span> all = tables.occurrences(word);
        int count = Math.min(all.size(), MOST);
        List<Span> spans = IntStream.range(0, count)
                .mapToObj(i -> all.get((int) ((long) i * all.size() / count)))
                .toList();
        Map<Head, List<Map<String, Double>>> byHead = words(spans);
        Head most = byHead.keySet().stream()
                .max(Comparator.comparingDouble((Head head) -> apart(byHead.get(head)))
                        .thenComparingInt(head -> -head.layer())
                        .thenComparingInt(head -> -head.head()))
                .orElseThrow();
        List<Entry> entries = IntStream.range(0, count)
                .mapToObj(i -> entry(i + 1, spans.get(i), byHead.get(most).get(i), most))
                .toList();
        List<String> notes = new ArrayList<>();
        if (count > 1) {
            notes.add("In this head two of them share %s of what they give to words, in the mean."
                    .formatted(Percent.of(1 - apart(byHead.get(most)))));
        }
        if (count < all.size()) {
            notes.add("%d of %,d occurrences, evenly chosen.".formatted(count, all.size()));
        }
        String heading = count == 1
                ? "\"%s\" occurs once; in layer %d, head %d it attends to:".formatted(word, most.layer, most.head)
                : "The occurrences of \"%s\" are told apart most by layer %d, head %d, where they attend to:"
                        .formatted(word, most.layer, most.head);
        return new Answer(heading, entries, notes);
    }

    /** Of each head, of each occurrence: the weight of words, which add up to 1. */
    private Map<Head, List<Map<String, Double>>> words(List<Span> spans) throws IOException {
        Map<Integer, Integer> occurrenceOf = new HashMap<>();
        Set<Integer> positions = new HashSet<>();
        for (int i = 0; i < spans.size(); i++) {
            for (int at = spans.get(i).first(); at <= spans.get(i).last(); at++) {
                occurrenceOf.put(at, i);
                positions.add(at);
            }
        }
        Map<Head, List<Map<String, Double>>> byHead =
                new TreeMap<>(Comparator.comparingInt(Head::layer).thenComparingInt(Head::head));
        for (Row row : tables.scoped("top_keys", scope)
                .where(col("position").isin(positions.toArray()))
                .select("layer", "head", "position", "key", "weight")
                .collectAsList()) {
            List<Map<String, Double>> of =
                    byHead.computeIfAbsent(new Head(row.getInt(0), row.getInt(1)), head -> spans.stream()
                            .map(span -> (Map<String, Double>) new HashMap<String, Double>())
                            .toList());
            int key = row.getInt(3);
            String other = tokens.word(key).toLowerCase(Locale.ROOT);
            boolean tells = !tokens.isSeparator(key)
                    && !tokens.isPunctuation(key)
                    && !positions.contains(key)
                    && !other.equalsIgnoreCase(word);
            if (tells) {
                of.get(occurrenceOf.get(row.getInt(2))).merge(other, (double) row.getFloat(4), Double::sum);
            }
        }
        byHead.values().forEach(of -> of.forEach(OccurrenceAnswer::normalize));
        return byHead;
    }

    private static void normalize(Map<String, Double> weights) {
        double sum = weights.values().stream().mapToDouble(Double::doubleValue).sum();
        weights.replaceAll((other, weight) -> weight / sum);
    }

    /** The mean over all pairs. */
    private static double apart(List<Map<String, Double>> of) {
        double sum = 0;
        int pairs = 0;
        for (int a = 0; a < of.size(); a++) {
            for (int b = a + 1; b < of.size(); b++) {
                double common = 0;
                for (Map.Entry<String, Double> each : of.get(a).entrySet()) {
                    common += Math.min(each.getValue(), of.get(b).getOrDefault(each.getKey(), 0.0));
                }
                // One that gives nothing to words cannot be told from the other.
                sum += of.get(a).isEmpty() || of.get(b).isEmpty() ? 0 : 1 - common;
                pairs++;
            }
        }
        return pairs == 0 ? 0 : sum / pairs;
    }

    private Entry entry(int number, Span span, Map<String, Double> weights, Head head) {
        Map<String, Double> heaviest = weights.entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(WORDS)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, LinkedHashMap::new));
        String around = tokens.around(span.first(), CONTEXT);
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("occurrence", number);
        fields.put("position", span.first());
        fields.put("around", around);
        fields.put("layer", head.layer);
        fields.put("head", head.head);
        fields.put("words", heaviest);
        String words = heaviest.entrySet().stream()
                .map(each -> "%s %s".formatted(each.getKey(), Percent.of(each.getValue())))
                .collect(Collectors.joining(", "));
        return new Entry(
                fields,
                "%2d. token %,d, %s%n      %s"
                        .formatted(
                                number,
                                span.first(),
                                around,
                                words.isEmpty() ? "no words among its heaviest keys" : words));
    }
}
