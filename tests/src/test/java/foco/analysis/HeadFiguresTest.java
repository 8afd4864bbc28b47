package foco.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import foco.testing.SparkTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Figures of heads and what stands out, which are gathered as tables are written, beside SQL over these tables. */
@SparkTest
class HeadFiguresTest {

    private static final double TOLERANCE = 1e-9;
    private static final String TEXT =
            "Chapter I\n\nThe captain saw the sea, and the sea was calm. The captain slept.\n\n"
                    + "Chapter II\n\nIn the morning the captain saw the whale. \"The whale!\" cried the captain.\n\n"
                    + "Chapter III\n\nThe whale was gone, and so was the captain. The sea was calm.\n";

    @TempDir
    private static Path folder;

    private static JsonNode document;

    @BeforeAll
    static void analyze(SparkSession spark) throws IOException {
        AnalyzedText analyzed = AnalyzedText.of(folder, "whale", TEXT, "--layers", "2,5", "--words", "captain");
        document =
                new ObjectMapper().readTree(Files.readString(analyzed.folder().resolve("analysis.json")));
        for (String table : List.of(
                "positions",
                "repeats",
                "section_map",
                "heads",
                "links",
                "sections",
                "tokens",
                "words",
                "top_queries")) {
            analyzed.table(spark, table).createOrReplaceTempView(table);
        }
    }

    /** Both select layer, head and some numbers. */
    private static void assertSame(SparkSession spark, String heads, String fromTables) {
        List<Row> found = spark.sql(heads + " ORDER BY layer, head").collectAsList();
        List<Row> due = spark.sql(fromTables + " ORDER BY layer, head").collectAsList();
        assertEquals(24, found.size());
        assertEquals(due.size(), found.size());
        for (int i = 0; i < due.size(); i++) {
            for (int c = 0; c < due.get(i).size(); c++) {
                double number = ((Number) due.get(i).get(c)).doubleValue();
                assertEquals(
                        number,
                        ((Number) found.get(i).get(c)).doubleValue(),
                        TOLERANCE * Math.max(1, Math.abs(number)),
                        due.get(i) + " and " + found.get(i));
            }
        }
    }

    @Test
    void meansAreThoseOfThePositions(SparkSession spark) {
        assertSame(
                spark,
                "SELECT layer, head, entropy, support, breadth, distance, distance_absolute, self, previous, next, first, near,"
                        + " separators, punctuation FROM heads",
                "SELECT layer, head, avg(double(entropy)), exp(avg(double(entropy))),"
                        + " avg(exp(double(entropy))) / (SELECT count(*) FROM tokens), avg(double(distance)),"
                        + " avg(double(distance_absolute)), avg(double(self)), avg(double(previous)), avg(double(next)),"
                        + " avg(double(first)), avg(double(near)), avg(double(separators)), avg(double(punctuation))"
                        + " FROM positions GROUP BY layer, head");
    }

    @Test
    void sharesAreThoseOfTheTables(SparkSession spark) {
        assertSame(
                spark,
                "SELECT layer, head, induction, on_same, induction_chance FROM heads",
                "SELECT layer, head, avg(double(on_following)), avg(double(on_same)), 1 / (SELECT count(*) FROM tokens)"
                        + " FROM repeats GROUP BY layer, head");
        assertSame(
                spark,
                "SELECT layer, head, section_share FROM heads",
                "SELECT layer, head, sum(CASE WHEN query_section = key_section THEN mass ELSE 0 END) / sum(mass)"
                        + " FROM section_map WHERE level = 'section' GROUP BY layer, head");
        assertSame(
                spark,
                "SELECT layer, head, received_top FROM heads",
                "SELECT layer, head, sum(CASE WHEN place <= ceil(0.01 * count) THEN received ELSE 0 END) / sum(received)"
                        + " FROM (SELECT layer, head, double(received) AS received, count(*) OVER (PARTITION BY layer, head) AS"
                        + " count, row_number() OVER (PARTITION BY layer, head ORDER BY received DESC) AS place FROM positions)"
                        + " GROUP BY layer, head");
    }

    private static JsonNode first(String kind) {
        for (JsonNode finding : document.get("findings")) {
            if (finding.get("kind").asText().equals(kind)) {
                return finding;
            }
        }
        throw new AssertionError("none of " + kind + " in " + document.get("findings"));
    }

    @Test
    void whatStandsOutIsWhatTheTablesHold(SparkSession spark) {
        Row link = spark.sql("SELECT l.layer, l.head, l.query, l.key FROM links l"
                        + " JOIN tokens q ON q.position = l.query JOIN tokens k ON k.position = l.key"
                        + " WHERE NOT (q.separator OR q.punctuation OR k.separator OR k.punctuation)"
                        + " ORDER BY l.weight DESC, l.layer, l.head, l.query, l.key")
                .head();
        assertEquals(link.getInt(0), first("link").get("layer").asInt());
        assertEquals(link.getInt(1), first("link").get("head").asInt());
        assertTrue(
                first("link").get("text").asText().contains("(token %,d) gives".formatted(link.getInt(2))),
                first("link").toString());

        Row token = spark.sql("SELECT p.position, avg(double(p.received)) AS received FROM positions p"
                        + " JOIN tokens t ON t.position = p.position WHERE NOT (t.separator OR t.punctuation)"
                        + " GROUP BY p.position ORDER BY received DESC")
                .head();
        String said = first("token").get("text").asText();
        assertTrue(said.contains("(token %,d)".formatted(token.getInt(0))), said);
        assertTrue(said.contains("as %.1f queries".formatted(token.getDouble(1))), said);

        Row passage = spark.sql(
                        "SELECT s.title, sum(m.mass) / 24 / ((n - s.end + s.first) * (s.end - s.first) / n) AS times"
                                + " FROM section_map m JOIN sections s ON s.level = m.level AND s.section = m.key_section"
                                + " CROSS JOIN (SELECT count(*) AS n FROM tokens)"
                                + " WHERE m.level = 'section' AND m.query_section <> m.key_section"
                                + " GROUP BY s.title, s.end, s.first, n ORDER BY times DESC")
                .head();
        assertTrue(passage.getDouble(1) > 1, passage.toString());
        assertTrue(
                first("passage")
                        .get("text")
                        .asText()
                        .startsWith(String.format(
                                Locale.ROOT,
                                "\u201c%s\u201d receives %.1f times",
                                passage.getString(0),
                                passage.getDouble(1))),
                first("passage") + " and " + passage);
    }

    @Test
    void whatAWordReceivesIsTheSumOverItsTokens(SparkSession spark) {
        List<Row> due = spark.sql("SELECT w.layer, w.head, w.position, q.query, q.weight FROM"
                        + " (SELECT DISTINCT position, layer, head FROM words) w JOIN top_queries q"
                        + " ON q.layer = w.layer AND q.head = w.head AND q.position = w.position"
                        + " ORDER BY w.layer, w.head, w.position, q.weight DESC, q.query")
                .collectAsList();
        List<Row> found = spark.sql(
                        "SELECT layer, head, position, other, weight FROM words WHERE direction = 'attended'"
                                + " ORDER BY layer, head, position, rank")
                .collectAsList();
        assertTrue(found.size() > 100, "a word of one token: " + found.size());
        assertEquals(due, found);
    }
}
