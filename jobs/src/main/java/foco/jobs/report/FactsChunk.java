package foco.jobs.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import foco.driver.analysis.folder.FinishedAnalysis;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Chunk {@code facts}: what the page has to know before it can show anything, as JSON. */
final class FactsChunk {
    private final ObjectNode json = JsonNodeFactory.instance.objectNode();

    FactsChunk(FinishedAnalysis analysis, String title, Report.Options options) {
        json.put("title", title);
        json.put("tokens", analysis.tokens());
        ArrayNode heads = json.putArray("heads");
        analysis.heads().forEach(heads::add);
        ArrayNode layers = json.putArray("layers");
        analysis.layers().forEach(layers::add);
        json.put("range", RangeChunks.RANGE);
        json.put("linkRange", RangeChunks.LINK_RANGE);
        json.put("runs", CurveChunks.runs(analysis.tokens()));
        json.put("links", options.links());
        json.put("least", options.least());
        json.put("thumbnailSide", Thumbnails.SIDE);
        json.put("thumbnailLeast", Thumbnails.LEAST);
        json.put("thumbnailMost", Thumbnails.MOST);
        json.set("analysis", analysis.json());
    }

    void tokens(TokenChunks.Written written) {
        json.put("madeUp", written.madeUp());
        ObjectNode labels = json.putObject("labels");
        written.labels().forEach((position, label) -> labels.put(String.valueOf(position), label));
    }

    void stretches(String level, List<Stretch> stretches) {
        ObjectNode each = json.putObject(level);
        ArrayNode first = each.putArray("first");
        ArrayNode end = each.putArray("end");
        ArrayNode title = each.putArray("title");
        for (Stretch stretch : stretches) {
            first.add(stretch.first());
            end.add(stretch.end());
            title.add(stretch.title());
        }
    }

    /** Which maps there are, and what their rows stand for. */
    void map(String level, MapChunks maps) {
        ObjectNode each = json.withObject("/maps").putObject(level);
        each.put("run", maps.run());
        ArrayNode ends = each.putArray("ends");
        Arrays.stream(maps.ends()).forEach(ends::add);
    }

    void thumbnails(List<MapChunks.Thumbnail> thumbnails) {
        ObjectNode each = json.putObject("thumbnails");
        for (MapChunks.Thumbnail picture : thumbnails) {
            each.put(picture.layer() + "-" + picture.head(), picture.levels());
        }
    }

    ArrayNode rollout() {
        return json.putArray("rollout");
    }

    void has(Map<String, Boolean> tables) {
        ObjectNode has = json.putObject("has");
        tables.forEach(has::put);
    }

    /** The table of heads as it is: names of columns, and rows. */
    void heads(FinishedAnalysis analysis, SparkSession spark) throws IOException {
        Dataset<Row> heads =
                analysis.table(spark, "heads", "layer", "head", "kind").orderBy("layer", "head");
        put(json.putObject("headTable"), heads, List.of(heads.columns()));
    }

    void likeness(FinishedAnalysis analysis, SparkSession spark) throws IOException {
        if (analysis.has("likeness")) {
            List<String> columns =
                    List.of("layer_a", "head_a", "layer_b", "head_b", "divergence", "error", "cluster_a", "cluster_b");
            put(json.putObject("likeness"), analysis.table(spark, "likeness", columns.toArray(String[]::new)), columns);
        }
    }

    private static void put(ObjectNode table, Dataset<Row> rows, List<String> columns) {
        ArrayNode names = table.putArray("columns");
        columns.forEach(names::add);
        ArrayNode all = table.putArray("rows");
        for (Row row : rows.selectExpr(columns.toArray(String[]::new)).collectAsList()) {
            ArrayNode values = all.addArray();
            for (int i = 0; i < columns.size(); i++) {
                Object value = row.get(i);
                if (value == null || value instanceof Double real && !Double.isFinite(real)) {
                    values.addNull();
                } else if (value instanceof Integer || value instanceof Long) {
                    values.add(((Number) value).longValue());
                } else if (value instanceof Number number) {
                    values.add(number.doubleValue());
                } else {
                    values.add(value.toString());
                }
            }
        }
    }

    byte[] toBytes() {
        return new Planes().text(json.toString()).toBytes();
    }
}
