package foco.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import foco.testing.SparkTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code foco analyze} of a short text: its tables beside all weights in float64. */
@SparkTest
class AnalyzeTest {

    private static final double TOLERANCE = 1e-5;
    private static final int HEADS = 12;
    private static final int LAYERS = 6;
    private static final int TOP = 4;
    private static final String TEXT =
            "The bank was dirty, so we sat on the grass by the river.\n\nThen I went to the bank, and the bank was closed.\n";

    /** The text goes through the model once for all tests. */
    @TempDir
    private static Path folder;

    private static AnalyzedText analyzed;
    private static JsonNode document;
    private static List<Row> tokens;

    @BeforeAll
    static void analyze(SparkSession spark) throws IOException {
        analyzed = AnalyzedText.of(
                folder,
                "short",
                TEXT,
                "--sections",
                "paragraphs",
                "--top",
                String.valueOf(TOP),
                "--words",
                "bank",
                "--rollout",
                "3,9",
                "--influence",
                "2");
        document =
                new ObjectMapper().readTree(Files.readString(analyzed.folder().resolve("analysis.json")));
        tokens = analyzed.table(spark, "tokens").orderBy("position").collectAsList();
        AnalyzedText.run(
                0,
                "encode",
                folder.resolve("short.txt").toString(),
                "--model",
                "minilm",
                "--keep",
                "1,2,3,4,5,6",
                "--output",
                folder.resolve("k.npy").toString());
    }

    private static DenseWeights dense(int layer) throws IOException {
        return DenseWeights.of(folder, "k.layer" + layer, HEADS);
    }

    private static boolean flag(int position, String name) {
        return tokens.get(position).<Boolean>getAs(name);
    }

    @Test
    void tokensKnowWhatTheyAreAndWhereTheyStand(SparkSession spark) throws IOException {
        assertEquals(TEXT, Files.readString(analyzed.folder().resolve("text.txt")));
        for (Row token : tokens) {
            String covered = TEXT.substring(token.getAs("start"), token.<Integer>getAs("end"));
            assertEquals(token.<String>getAs("token").startsWith("["), token.<Boolean>getAs("special"));
            assertEquals(covered.matches("[.,]"), token.<Boolean>getAs("punctuation"), token.toString());
            assertEquals(covered.isEmpty(), token.<Boolean>getAs("separator"));
            if (!covered.isEmpty()) {
                assertEquals(token.getAs("token"), covered.toLowerCase(Locale.ROOT));
                int start = token.getAs("start");
                assertEquals(start < TEXT.indexOf("Then") ? 0 : 1, token.<Integer>getAs("paragraph"));
            }
        }
        List<Row> sections = analyzed.table(spark, "sections")
                .where("level = 'section'")
                .orderBy("section")
                .collectAsList();
        assertEquals(2, sections.size());
        assertEquals(0, sections.get(0).<Integer>getAs("first"));
        assertEquals(sections.get(0).<Integer>getAs("end"), sections.get(1).<Integer>getAs("first"));
        assertEquals(tokens.size(), sections.get(1).<Integer>getAs("end"));
        assertTrue(sections.get(1).<String>getAs("title").startsWith("Then I went"));
    }

    private interface Expected {
        double of(DenseWeights weights, int head, int position);
    }

    private static void check(SparkSession spark, String column, Expected expected) throws IOException {
        for (int layer : List.of(1, 4, 6)) {
            DenseWeights weights = dense(layer);
            for (int head = 0; head < HEADS; head += 5) {
                double[] found = analyzed.column(spark, layer, head + 1, column);
                assertEquals(weights.count(), found.length);
                for (int i = 0; i < found.length; i++) {
                    double due = expected.of(weights, head, i);
                    assertEquals(
                            due,
                            found[i],
                            TOLERANCE * Math.max(1, Math.abs(due)),
                            "%s, layer %d, head %d, position %d".formatted(column, layer, head + 1, i));
                }
            }
        }
    }

    private static Expected mass(IntPredicate keys) {
        return (weights, head, query) -> weights.mass(head, query, keys);
    }

    @Test
    void figuresOfPositionsAreThoseOfAllWeights(SparkSession spark) throws IOException {
        check(spark, "entropy", DenseWeights::entropy);
        check(spark, "received", DenseWeights::received);
        check(spark, "self", (w, h, i) -> w.p()[h][i][i]);
        check(spark, "previous", (w, h, i) -> i == 0 ? 0 : w.p()[h][i][i - 1]);
        check(spark, "next", (w, h, i) -> i + 1 == w.count() ? 0 : w.p()[h][i][i + 1]);
        check(spark, "near", (w, h, i) -> w.mass(h, i, j -> Math.abs(i - j) <= 16));
        check(spark, "first", mass(j -> j == 0));
        check(spark, "separators", mass(j -> flag(j, "separator")));
        check(spark, "punctuation", mass(j -> flag(j, "punctuation")));
        check(spark, "distance", (w, h, i) -> IntStream.range(0, w.count())
                .mapToDouble(j -> (j - i) * w.p()[h][i][j])
                .sum());
        check(spark, "distance_absolute", (w, h, i) -> IntStream.range(0, w.count())
                .mapToDouble(j -> Math.abs(j - i) * w.p()[h][i][j])
                .sum());
    }

    @Test
    void theHeaviestKeysAndQueriesAreThoseOfAllWeights(SparkSession spark) throws IOException {
        DenseWeights weights = dense(3);
        for (Row row : analyzed.table(spark, "top_keys")
                .where("layer = 3 and head = 7")
                .collectAsList()) {
            double[] sorted = IntStream.range(0, weights.count())
                    .mapToDouble(j -> -weights.p()[6][row.<Integer>getAs("position")][j])
                    .sorted()
                    .toArray();
            int rank = row.getAs("rank");
            assertEquals(-sorted[rank - 1], row.<Float>getAs("weight"), TOLERANCE);
            double its = weights.p()[6][row.<Integer>getAs("position")][row.<Integer>getAs("key")];
            assertEquals(its, row.<Float>getAs("weight"), TOLERANCE);
        }
        List<Row> queries = analyzed.table(spark, "top_queries")
                .where("layer = 3 and head = 7 and rank = 1")
                .orderBy("position")
                .collectAsList();
        assertEquals(weights.count(), queries.size());
        for (int j = 0; j < queries.size(); j++) {
            int key = j;
            double most = IntStream.range(0, weights.count())
                    .mapToDouble(i -> weights.p()[6][i][key])
                    .max()
                    .orElseThrow();
            assertEquals(most, queries.get(j).<Float>getAs("weight"), TOLERANCE);
        }
    }

    @Test
    void mapsOfSectionsRepeatsAndHistogramsAddUp(SparkSession spark) throws IOException {
        DenseWeights weights = dense(2);
        for (Row row : analyzed.table(spark, "section_map")
                .where("layer = 2 and head = 4 and level = 'section'")
                .collectAsList()) {
            double due = 0;
            for (int i = 0; i < weights.count(); i++) {
                int keys = row.getAs("key_section");
                if (tokens.get(i).<Integer>getAs("section").equals(row.getAs("query_section"))) {
                    due += weights.mass(3, i, j -> tokens.get(j).<Integer>getAs("section") == keys);
                }
            }
            assertEquals(due, row.<Double>getAs("mass"), TOLERANCE * Math.max(1, due));
        }
        int repeats = 0;
        for (Row row :
                analyzed.table(spark, "repeats").where("layer = 2 and head = 4").collectAsList()) {
            int position = row.getAs("position");
            int earlier = row.getAs("earlier");
            assertEquals(
                    tokens.get(position).<Integer>getAs("id"),
                    tokens.get(earlier).<Integer>getAs("id"));
            for (int between = earlier + 1; between < position; between++) {
                assertFalse(tokens.get(between)
                        .getAs("id")
                        .equals(tokens.get(position).getAs("id")));
            }
            assertEquals(weights.p()[3][position][earlier], row.<Float>getAs("on_same"), TOLERANCE);
            assertEquals(weights.p()[3][position][earlier + 1], row.<Float>getAs("on_following"), TOLERANCE);
            repeats++;
        }
        assertTrue(repeats >= 8, "the, bank, was and others come again: " + repeats);
        double mass = analyzed.table(spark, "distances")
                .where("layer = 2 and head = 4")
                .selectExpr("sum(mass)")
                .head()
                .getDouble(0);
        assertEquals(weights.count(), mass, TOLERANCE * mass);
    }

    @Test
    void everyHeadHasAKindByARuleThatIsWrittenDown(SparkSession spark) {
        List<Row> heads = analyzed.table(spark, "heads").collectAsList();
        assertEquals(LAYERS * HEADS, heads.size());
        Set<String> kinds = new HashSet<>();
        document.get("kinds").forEach(kind -> kinds.add(kind.get("kind").asText()));
        for (Row head : heads) {
            String kind = head.getAs("kind");
            assertTrue(kind.equals("mixed") || kinds.contains(kind), kind);
            double[] entropies = analyzed.column(spark, head.getAs("layer"), head.getAs("head"), "entropy");
            double mean = IntStream.range(0, entropies.length)
                    .mapToDouble(i -> entropies[i])
                    .average()
                    .orElseThrow();
            assertEquals(mean, head.<Double>getAs("entropy"), 1e-6);
            if (head.<Double>getAs("previous") >= 0.4) {
                assertEquals("previous", kind);
            }
        }
        assertTrue(heads.stream().anyMatch(head -> head.getAs("kind").equals("previous")), "MiniLM has such heads");
    }

    @Test
    void rulesOfSumsAreCheckedForEveryHeadAndHold() {
        Set<String> seen = new HashSet<>();
        for (JsonNode rule : document.get("sum_rules")) {
            assertTrue(rule.get("worst").asDouble() <= rule.get("limit").asDouble(), rule.toString());
            seen.add("%d.%d"
                    .formatted(rule.get("layer").asInt(), rule.get("head").asInt()));
        }
        assertEquals(LAYERS * HEADS, seen.size());
    }

    @Test
    void rolloutIsThatOfTheMeanWeights(SparkSession spark) throws IOException {
        int n = tokens.size();
        double[] down = new double[n];
        down[9] = 1;
        for (int layer = LAYERS; layer >= 1; layer--) {
            double[][] mean = dense(layer).mean();
            double[] next = new double[n];
            for (int j = 0; j < n; j++) {
                next[j] = 0.5 * down[j];
                for (int i = 0; i < n; i++) {
                    next[j] += 0.5 * down[i] * mean[i][j];
                }
            }
            down = next;
            check(spark, "from", 2, layer, down);
        }
        double[] up = new double[n];
        for (int i = 0; i < n; i++) {
            up[i] = tokens.get(i).<Integer>getAs("section") == 1 ? 1 : 0;
        }
        for (int layer = 1; layer <= LAYERS; layer++) {
            double[][] mean = dense(layer).mean();
            double[] next = new double[n];
            for (int i = 0; i < n; i++) {
                next[i] = 0.5 * up[i];
                for (int j = 0; j < n; j++) {
                    next[i] += 0.5 * mean[i][j] * up[j];
                }
            }
            up = next;
            check(spark, "to", 1, layer, up);
        }
    }

    private static void check(SparkSession spark, String direction, int chosen, int layer, double[] due) {
        List<Row> rows = analyzed.table(spark, "rollout")
                .where("direction = '%s' and chosen = %d and layer = %d".formatted(direction, chosen, layer))
                .collectAsList();
        assertEquals(due.length, rows.size());
        for (Row row : rows) {
            assertEquals(due[row.<Integer>getAs("position")], row.<Float>getAs("value"), TOLERANCE);
        }
    }

    @Test
    void occurrencesOfAWordStandSideBySide(SparkSession spark) throws IOException {
        List<Row> attends = analyzed.table(spark, "words")
                .where("layer = 5 and head = 2 and direction = 'attends' and occurrence = 2")
                .orderBy("rank")
                .collectAsList();
        assertEquals(TOP, attends.size());
        DenseWeights weights = dense(5);
        int position = attends.get(0).getAs("position");
        assertEquals("bank", tokens.get(position).getAs("token"));
        for (Row row : attends) {
            int other = row.getAs("other");
            assertEquals(weights.p()[1][position][other], row.<Float>getAs("weight"), TOLERANCE);
            assertEquals(other - position, row.<Integer>getAs("distance"));
        }
        Row most = analyzed.table(spark, "word_pairs")
                .groupBy("layer", "head")
                .avg("divergence")
                .orderBy(org.apache.spark.sql.functions.desc("avg(divergence)"))
                .head();
        JsonNode finding = null;
        for (JsonNode each : document.get("findings")) {
            finding = each.get("kind").asText().equals("words") ? each : finding;
        }
        assertEquals(most.getInt(0), finding.get("layer").asInt());
        assertEquals(most.getInt(1), finding.get("head").asInt());
    }

    @Test
    void alikeHeadsAreLittleApart(SparkSession spark) throws IOException {
        assertEquals(tokens.size(), document.get("sample").get("count").asInt(), "a short text is its own sample");
        List<Row> pairs = analyzed.table(spark, "likeness")
                .where("layer_a = 1 and layer_b = 1")
                .collectAsList();
        assertEquals(HEADS * (HEADS - 1) / 2, pairs.size());
        DenseWeights weights = dense(1);
        for (Row pair : pairs) {
            double sum = 0;
            for (int i = 0; i < weights.count(); i++) {
                sum += divergence(
                        weights.p()[pair.<Integer>getAs("head_a") - 1][i],
                        weights.p()[pair.<Integer>getAs("head_b") - 1][i]);
            }
            assertEquals(sum / weights.count(), pair.<Double>getAs("divergence"), TOLERANCE);
        }
        Row least = pairs.stream()
                .min(Comparator.comparingDouble(pair -> pair.<Double>getAs("divergence")))
                .orElseThrow();
        assertTrue(least.<Double>getAs("error") < 0.1, least.toString());
    }

    private static double divergence(double[] p, double[] q) {
        double sum = 0;
        for (int j = 0; j < p.length; j++) {
            double middle = (p[j] + q[j]) / 2;
            sum += (p[j] > 0 ? p[j] * Math.log(p[j] / middle) : 0) + (q[j] > 0 ? q[j] * Math.log(q[j] / middle) : 0);
        }
        return sum / 2 / Math.log(2);
    }

    @Test
    void whatStandsOutIsPrintedWithTheWordsAroundIt() {
        assertTrue(analyzed.printed().contains("Kinds of heads"), analyzed.printed());
        assertTrue(analyzed.printed().contains("[bank]"), analyzed.printed());
        for (String line : analyzed.printed().lines().toList()) {
            assertTrue(line.length() <= 80 || line.contains(" -> "), line);
        }
    }
}
