package foco.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/**
 * A folder in the form of an analysis, of a long text and with made-up numbers, to measure a report's size and speed. A third
 * of the heads looks nearby, a third at a few hundred tokens, a third anywhere.
 */
final class LongAnalysis {
    private static final String KEY = """
            cast(case head %% 3
                when 0 then greatest(0, least(%1$d - 1, position + cast(4 * randn(7) as int)))
                when 1 then cast(pow(rand(5), 6) * %1$d as int)
                else cast(rand(3) * %1$d as int) end as int)""";

    private final SparkSession spark;
    private final Path folder;
    private final int tokens;
    private final int layers;
    private final int heads;

    LongAnalysis(SparkSession spark, Path folder, int tokens, int layers, int heads) {
        this.spark = spark;
        this.folder = folder;
        this.tokens = tokens;
        this.layers = layers;
        this.heads = heads;
    }

    void write() throws IOException {
        Files.createDirectories(folder);
        StringBuilder text = new StringBuilder();
        String words = "a banco of words that say little and go on for as long as it takes ";
        while (text.length() < 5 * tokens) {
            text.append(words).append(text.length() % 700 < 70 ? "\n\n" : "");
        }
        Files.writeString(folder.resolve("text.txt"), text);
        save(
                spark.range(tokens)
                        .selectExpr(
                                "cast(id as int) as position",
                                "concat('w', id % 977) as token",
                                "cast(id % 977 as int) as id",
                                "cast(5 * id as int) as start",
                                "cast(5 * id + 4 as int) as end",
                                "cast(id div 1000 as int) as section",
                                "cast(id div 1000 as int) as paragraph",
                                "false as special",
                                "false as separator",
                                "false as punctuation"),
                "tokens");
        int sections = (tokens + 999) / 1000;
        for (String level : new String[] {"section", "paragraph"}) {
            spark.range(sections)
                    .selectExpr(
                            "'%s' as level".formatted(level),
                            "cast(id as int) as section",
                            "cast(1000 * id as int) as first",
                            "cast(least(%d, 1000 * id + 1000) as int) as end".formatted(tokens),
                            "cast(5000 * id as int) as start",
                            "cast(5000 * id + 5000 as int) as end_offset",
                            "concat('Part ', id + 1) as title")
                    .coalesce(1)
                    .write()
                    .mode(SaveMode.Append)
                    .parquet(folder.resolve("sections").toString());
        }
        for (int layer = 1; layer <= layers; layer++) {
            layer(layer, sections);
        }
        save(
                spark.range((long) layers * heads)
                        .selectExpr(
                                "cast(id div %d + 1 as int) as layer".formatted(heads),
                                "cast(id %% %d + 1 as int) as head".formatted(heads),
                                "'mixed' as kind",
                                "5.0D as entropy",
                                "1000D as distance_absolute"),
                "heads");
        facts(sections);
    }

    private void save(Dataset<Row> rows, String table) {
        rows.coalesce(1).write().parquet(folder.resolve(table).toString());
    }

    private void layer(int layer, int sections) {
        Dataset<Row> all = spark.range((long) heads * tokens)
                .selectExpr(
                        "cast(id div %1$d + 1 as int) as head".formatted(tokens),
                        "cast(id %% %d as int) as position".formatted(tokens));
        save(
                all.selectExpr(
                        "head",
                        "position",
                        "cast(11 * rand(1) as float) as entropy",
                        "cast(exp(2 * randn(2)) as float) as received",
                        "cast(exp(6 + randn(3)) as float) as distance_absolute"),
                "positions/layer=" + layer);
        Dataset<Row> ranked = all.selectExpr("head", "position", "explode(sequence(1, 4)) as rank");
        for (String other : new String[] {"key", "query"}) {
            String table = other.equals("key") ? "top_keys" : "top_queries";
            save(
                    ranked.selectExpr(
                            "head",
                            "position",
                            "cast(rank as int) as rank",
                            KEY.formatted(tokens) + " as " + other,
                            "cast((0.2 + 0.05 * rand(4)) / pow(rank, 2) as float) as weight"),
                    table + "/layer=" + layer);
        }
        save(
                spark.range((long) heads * sections * sections)
                        .selectExpr(
                                "cast(id div %d + 1 as int) as head".formatted(sections * sections),
                                "'section' as level",
                                "cast(id div %1$d %% %1$d as int) as query_section".formatted(sections),
                                "cast(id %% %d as int) as key_section".formatted(sections),
                                "1000D / %d as mass".formatted(sections)),
                "section_map/layer=" + layer);
        save(
                spark.range((long) heads * 100)
                        .selectExpr(
                                "cast(id div 100 + 1 as int) as head",
                                "cast(id % 100 + 1 as int) as rank",
                                "cast(rand(1) * %d as int) as query".formatted(tokens),
                                "cast(rand(2) * %d as int) as key".formatted(tokens),
                                "0.5F / (1 + id % 100) as weight")
                        .withColumn("weight", org.apache.spark.sql.functions.expr("cast(weight as float)"))
                        .withColumn("distance", org.apache.spark.sql.functions.expr("key - query")),
                "links/layer=" + layer);
    }

    private void facts(int sections) throws IOException {
        ObjectNode json = new ObjectMapper().createObjectNode();
        json.put("format", 1).put("title", "Long").put("tokens", tokens);
        IntStream.rangeClosed(1, layers).forEach(json.putArray("layers")::add);
        IntStream.rangeClosed(1, heads).forEach(json.putArray("heads")::add);
        json.putObject("sections")
                .put("count", sections)
                .put("paragraphs", sections)
                .put("paragraph_rows", sections);
        Files.writeString(folder.resolve("analysis.json"), json.toPrettyString());
    }
}
