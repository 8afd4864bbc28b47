package foco.jobs.ask;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import foco.driver.analysis.text.Percent;
import foco.driver.plan.Counted;
import foco.jobs.ask.Answer.Entry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Questions answered from the tables. */
record Answers(OpenTables tables) {

    private static final int LINES = 10;
    private static final int CONTEXT = 30;
    private static final int PASSAGE = 60;

    /** @throws foco.driver.block.InvalidInputException if it asks for what is not there */
    Answer answer(Question question) throws IOException {
        if (question instanceof Question.AttendsTo asked) {
            return attendsTo(tables.span(asked.target()), asked.scope());
        }
        if (question instanceof Question.AttendedBy asked) {
            return attendedBy(tables.span(asked.target()), asked.scope());
        }
        if (question instanceof Question.Agreement asked) {
            return agreement(asked.scope());
        }
        if (question instanceof Question.Occurrences asked) {
            return new OccurrenceAnswer(tables, asked.word(), asked.scope()).answer();
        }
        return question instanceof Question.Links
                ? links(question.scope())
                : new HeadsAnswer(tables).answer(question.scope());
    }

    private Answer attendsTo(Span span, Scope scope) throws IOException {
        Dataset<Row> kept =
                tables.scoped("top_keys", scope).where(col("position").between(span.first(), span.last()));
        double rows = (double) span.tokens() * tables.heads(scope);
        List<Entry> entries = heaviest(kept, "key", rows, span);
        List<String> notes = new ArrayList<>();
        notes.add("Of the %d heaviest keys of each token and head, which have %s of the weight."
                .formatted(kept(), Percent.of(total(kept) / rows)));
        most(kept, "key", scope).ifPresent(notes::add);
        return new Answer("%s attends to (%s):".formatted(shown(span), scope.text()), entries, notes);
    }

    private Answer attendedBy(Span span, Scope scope) throws IOException {
        Dataset<Row> kept =
                tables.scoped("top_queries", scope).where(col("position").between(span.first(), span.last()));
        double heads = tables.heads(scope);
        List<Entry> entries = heaviest(kept, "query", heads, span);
        List<String> notes = new ArrayList<>();
        notes.add("Of the %d queries of each token and head that give it most; they give as much as %.2f queries."
                .formatted(kept(), total(kept) / heads));
        if (tables.analysis().has("positions")) {
            Dataset<Row> positions = tables.scoped("positions", scope);
            if (List.of(positions.columns()).contains("received")) {
                Object received = positions
                        .where(col("position").between(span.first(), span.last()))
                        .agg(sum(col("received").cast("double")))
                        .first()
                        .get(0);
                notes.add("All queries together give as much as %.2f."
                        .formatted(received == null ? 0 : (double) received / heads));
            }
        }
        most(kept, "query", scope).ifPresent(notes::add);
        return new Answer("%s is attended to by (%s):".formatted(shown(span), scope.text()), entries, notes);
    }

    private int kept() {
        return tables.analysis().json().path("top").asInt(0);
    }

    private static double total(Dataset<Row> rows) {
        Object total = rows.agg(sum(col("weight").cast("double"))).first().get(0);
        return total == null ? 0 : (double) total;
    }

    private List<Entry> heaviest(Dataset<Row> kept, String other, double divisor, Span span) {
        return kept
                .groupBy(other)
                .agg(sum(col("weight").cast("double")).divide(divisor).as("weight"))
                .orderBy(col("weight").desc(), col(other))
                .limit(LINES)
                .collectAsList()
                .stream()
                .map(row -> entry(row.getInt(0), row.getDouble(1), span))
                .toList();
    }

    private Entry entry(int position, double weight, Span from) {
        int distance =
                position < from.first() ? position - from.first() : position > from.last() ? position - from.last() : 0;
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("position", position);
        fields.put("word", tables.tokens().word(position));
        fields.put("weight", weight);
        fields.put("distance", distance);
        fields.put("around", tables.tokens().around(position, CONTEXT));
        return new Entry(
                fields,
                "%7s  token %,9d  %-18s %s".formatted(Percent.of(weight), position, away(distance), around(position)));
    }

    private String around(int position) {
        return tables.tokens().around(position, CONTEXT);
    }

    private static String away(int distance) {
        return distance == 0
                ? "itself"
                : "%s %s".formatted(Counted.text(Math.abs(distance), "token"), distance < 0 ? "before" : "after");
    }

    private Optional<String> most(Dataset<Row> kept, String other, Scope scope) {
        if (scope.layer().isPresent() && scope.head().isPresent()) {
            return Optional.empty();
        }
        List<Row> most = kept.select("layer", "head", other, "weight")
                .orderBy(col("weight").desc(), col("layer"), col("head"))
                .limit(1)
                .collectAsList();
        return most.stream().findFirst().map(row -> "Most in one head: layer %d, head %d, %s, token %,d, %s."
                .formatted(
                        row.getInt(0),
                        row.getInt(1),
                        Percent.of(row.getFloat(3)),
                        row.getInt(2),
                        around(row.getInt(2))));
    }

    private String shown(Span span) {
        if (span.tokens() == 1) {
            return "Token %,d, %s,".formatted(span.first(), around(span.first()));
        }
        String text = tables.tokens()
                .text()
                .substring(
                        tables.tokens().starts()[span.first()], tables.tokens().ends()[span.last()])
                .replaceAll("\\s+", " ");
        String cut = text.codePointCount(0, text.length()) <= PASSAGE
                ? text
                : text.substring(0, text.offsetByCodePoints(0, PASSAGE)) + "\u2026";
        return "Tokens %,d to %,d, \u201c%s\u201d,".formatted(span.first(), span.last(), cut);
    }

    private Answer agreement(Scope scope) throws IOException {
        int heads = tables.heads(scope);
        Dataset<Row> words = tables.analysis()
                .table(tables.spark(), "tokens", "position", "separator", "punctuation")
                .where("not separator and not punctuation")
                .select(col("position").as("key"));
        List<Row> rows = tables.scoped("top_keys", scope)
                .where(col("rank").equalTo(1))
                .join(words, "key")
                .groupBy("position", "key")
                .agg(
                        count(lit(1)).as("heads"),
                        sum(col("weight").cast("double")).as("weight"))
                .orderBy(col("heads").desc(), col("weight").desc(), col("position"), col("key"))
                .limit(LINES)
                .collectAsList();
        List<Entry> entries = rows.stream()
                .map(row ->
                        agreed(row.getInt(0), row.getInt(1), row.getLong(2), row.getDouble(3) / row.getLong(2), heads))
                .toList();
        return new Answer(
                "Tokens at which most heads give most weight to the same word (%s):".formatted(scope.text()),
                entries,
                List.of("Keys that are marks or punctuation are left out."));
    }

    private Entry agreed(int position, int key, long agreeing, double weight, int heads) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("position", position);
        fields.put("key", key);
        fields.put("heads", agreeing);
        fields.put("of", heads);
        fields.put("weight", weight);
        fields.put("around", around(position));
        fields.put("key_around", around(key));
        return new Entry(
                fields,
                "%d of %d heads, %s in the mean: token %,d, %s, to token %,d, %s"
                        .formatted(agreeing, heads, Percent.of(weight), position, around(position), key, around(key)));
    }

    private Answer links(Scope scope) throws IOException {
        List<Entry> entries = tables
                .scoped("links", scope)
                .select("layer", "head", "query", "key", "weight", "distance")
                .orderBy(col("weight").desc(), col("layer"), col("head"), col("query"), col("key"))
                .limit(LINES)
                .collectAsList()
                .stream()
                .map(this::link)
                .toList();
        return new Answer(
                "The strongest links over %s or more (%s):"
                        .formatted(
                                Counted.text(
                                        tables.analysis()
                                                .json()
                                                .path("link_floor")
                                                .asInt(1),
                                        "token"),
                                scope.text()),
                entries,
                List.of());
    }

    private Entry link(Row row) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("layer", row.getInt(0));
        fields.put("head", row.getInt(1));
        fields.put("query", row.getInt(2));
        fields.put("key", row.getInt(3));
        fields.put("weight", row.getFloat(4));
        fields.put("distance", row.getInt(5));
        fields.put("query_around", around(row.getInt(2)));
        fields.put("key_around", around(row.getInt(3)));
        return new Entry(
                fields,
                "%7s  layer %d, head %d: token %,d, %s, to token %,d, %s"
                        .formatted(
                                Percent.of(row.getFloat(4)),
                                row.getInt(0),
                                row.getInt(1),
                                row.getInt(2),
                                around(row.getInt(2)),
                                row.getInt(3),
                                around(row.getInt(3))));
    }
}
