package foco.jobs.ask;

import static org.apache.spark.sql.functions.col;

import foco.driver.analysis.text.Percent;
import foco.jobs.ask.Answer.Entry;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;

/** Which heads there are, and of what kind. */
record HeadsAnswer(OpenTables tables) {

    private static final List<String> FIGURES =
            List.of("support", "distance_absolute", "self", "previous", "next", "separators");

    Answer answer(Scope scope) throws IOException {
        List<Entry> entries = tables.scoped("heads", scope).orderBy(col("layer"), col("head")).collectAsList().stream()
                .map(HeadsAnswer::entry)
                .toList();
        return new Answer(
                "Heads (%s); spread and distance in tokens, then percent of weight:"
                        .formatted(scope.layer().isPresent() ? scope.text() : "all layers"),
                entries,
                List.of("Kinds are rules with thresholds, which analysis.json holds."));
    }

    private static Entry entry(Row row) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("layer", row.<Integer>getAs("layer"));
        fields.put("head", row.<Integer>getAs("head"));
        fields.put("kind", row.<String>getAs("kind"));
        StringBuilder text = new StringBuilder("layer %2d, head %2d  %-10s"
                .formatted(row.<Integer>getAs("layer"), row.<Integer>getAs("head"), row.<String>getAs("kind")));
        for (String figure : FIGURES) {
            Double value = List.of(row.schema().fieldNames()).contains(figure) ? row.<Double>getAs(figure) : null;
            if (value != null) {
                fields.put(figure, value);
                boolean share = !figure.equals("support") && !figure.equals("distance_absolute");
                text.append(
                        "  %s %s".formatted(NAMES.get(figure), share ? Percent.of(value) : "%,.0f".formatted(value)));
            }
        }
        return new Entry(fields, text.toString());
    }

    private static final Map<String, String> NAMES = Map.of(
            "support", "spread",
            "distance_absolute", "distance",
            "self", "self",
            "previous", "previous",
            "next", "next",
            "separators", "separators");
}
