package foco.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** The folder of an analysis whose numbers come from whole matrices of weights, in float64, without Foco's arithmetic. */
final class SmallAnalysis {
    static final int TOP = 6;
    private static final int FLOOR = 32;
    private static final int LINKS = 60;

    final BookTokens book;
    final int layers;
    final int heads;
    private final String title;
    private final long seed;
    private final Map<String, List<Row>> tables = new TreeMap<>();

    private static final Map<String, String> SCHEMAS = Map.of(
            "positions",
            "head int, position int, entropy float, distance float, distance_absolute float, self float, previous float,"
                    + " next float, first float, near float, separators float, punctuation float, keys_half float, keys_90"
                    + " float, received float",
            "distances",
            "head int, direction string, low bigint, high bigint, mass double",
            "section_map",
            "head int, level string, query_section int, key_section int, mass double",
            "top_keys",
            "head int, position int, rank int, key int, weight float",
            "top_queries",
            "head int, position int, rank int, query int, weight float",
            "links",
            "head int, rank int, query int, key int, weight float, distance int",
            "repeats",
            "head int, position int, earlier int, on_same float, on_following float");

    SmallAnalysis(String title, String text, int layers, int heads, long seed) {
        this.title = title;
        this.book = new BookTokens(text);
        this.layers = layers;
        this.heads = heads;
        this.seed = seed;
    }

    DenseHead head(int layer, int head) {
        return new DenseHead(book, layer, head, seed);
    }

    void write(SparkSession spark, Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("text.txt"), book.text);
        writeTokens(spark, folder);
        writeSections(spark, folder);
        List<Row> kinds = new ArrayList<>();
        List<float[]> profiles = new ArrayList<>();
        for (int layer = 1; layer <= layers; layer++) {
            tables.clear();
            SCHEMAS.keySet().forEach(table -> tables.put(table, new ArrayList<>()));
            for (int h = 1; h <= heads; h++) {
                DenseHead head = head(layer, h);
                kinds.add(new HeadRows(book, head, layer, h).addTo(tables, TOP, FLOOR, LINKS));
                profiles.add(profile(head));
            }
            for (Map.Entry<String, List<Row>> table : tables.entrySet()) {
                write(spark, table.getValue(), SCHEMAS.get(table.getKey()), folder, table.getKey() + "/layer=" + layer);
            }
        }
        write(spark, kinds, HeadRows.KINDS, folder, "heads");
        writeLikeness(spark, folder, profiles);
        writeRollout(spark, folder);
        writeFacts(folder);
    }

    static void write(SparkSession spark, List<Row> rows, String schema, Path folder, String table) {
        spark.createDataFrame(rows, StructType.fromDDL(schema.replace(" end ", " `end` ")))
                .coalesce(1)
                .write()
                .parquet(folder.resolve(table).toString());
    }

    private void writeTokens(SparkSession spark, Path folder) {
        List<Row> rows = IntStream.range(0, book.count())
                .mapToObj(i -> {
                    BookTokens.Piece p = book.pieces.get(i);
                    return RowFactory.create(
                            i,
                            p.token(),
                            p.token().hashCode() & 0xffff,
                            p.start(),
                            p.end(),
                            p.section(),
                            p.paragraph(),
                            p.special(),
                            p.token().equals("[SEP]"),
                            p.punctuation());
                })
                .toList();
        write(
                spark,
                rows,
                "position int, token string, id int, start int, `end` int, section int, paragraph int, special boolean,"
                        + " separator boolean, punctuation boolean",
                folder,
                "tokens");
    }

    private void writeSections(SparkSession spark, Path folder) {
        List<Row> rows = new ArrayList<>();
        for (String level : List.of("section", "paragraph")) {
            List<BookTokens.Part> parts = level.equals("section") ? book.sections : book.paragraphs;
            for (int s = 0; s < parts.size(); s++) {
                BookTokens.Part part = parts.get(s);
                rows.add(RowFactory.create(
                        level, s, part.first(), part.end(), part.start(), part.endOffset(), part.title()));
            }
        }
        write(
                spark,
                rows,
                "level string, section int, first int, `end` int, start int, end_offset int, title string",
                folder,
                "sections");
    }

    /** What a head's queries attend to at each distance, by which heads can be told apart cheaply here. */
    private static float[] profile(DenseHead head) {
        int n = head.weights.length;
        float[] profile = new float[n];
        for (double[] row : head.weights) {
            for (int j = 0; j < n; j++) {
                profile[j] += (float) (row[j] / n);
            }
        }
        return profile;
    }

    private void writeLikeness(SparkSession spark, Path folder, List<float[]> profiles) {
        List<Row> rows = new ArrayList<>();
        for (int a = 0; a < profiles.size(); a++) {
            for (int b = a + 1; b < profiles.size(); b++) {
                rows.add(RowFactory.create(
                        a / heads + 1,
                        a % heads + 1,
                        b / heads + 1,
                        b % heads + 1,
                        divergence(profiles.get(a), profiles.get(b)),
                        0.001,
                        a % 4,
                        b % 4));
            }
        }
        write(
                spark,
                rows,
                "layer_a int, head_a int, layer_b int, head_b int, divergence double, error double, cluster_a int,"
                        + " cluster_b int",
                folder,
                "likeness");
    }

    private static double divergence(float[] a, float[] b) {
        double sum = 0;
        for (int j = 0; j < a.length; j++) {
            double mean = (a[j] + b[j]) / 2;
            sum += (a[j] > 0 ? a[j] * Math.log(a[j] / mean) : 0) + (b[j] > 0 ? b[j] * Math.log(b[j] / mean) : 0);
        }
        return Math.max(0, sum / 2 / Math.log(2));
    }

    private void writeRollout(SparkSession spark, Path folder) {
        double[] reached = new double[book.count()];
        reached[Math.min(3, book.count() - 1)] = 1;
        List<Row> rows = new ArrayList<>();
        for (int layer = layers; layer >= 1; layer--) {
            double[] next = new double[reached.length];
            DenseHead head = head(layer, 1);
            for (int i = 0; i < reached.length; i++) {
                next[i] += reached[i] / 2;
                for (int j = 0; j < reached.length; j++) {
                    next[j] += reached[i] * head.weights[i][j] / 2;
                }
            }
            reached = next;
            for (int i = 0; i < reached.length; i++) {
                rows.add(RowFactory.create("from", 1, layer, i, (float) reached[i]));
            }
        }
        write(spark, rows, "direction string, chosen int, layer int, position int, value float", folder, "rollout");
    }

    private void writeFacts(Path folder) throws IOException {
        ObjectNode json = new ObjectMapper().createObjectNode();
        json.put("format", 1);
        json.put("foco", "0.1.0-SNAPSHOT");
        json.put("title", title);
        json.put("document", title + ".txt");
        json.putObject("model")
                .put("name", "made up for a test")
                .put("weights_sha256", "0".repeat(64))
                .put("trained_length", 512);
        json.put("tokens", book.count());
        int[] numbers = IntStream.rangeClosed(1, layers).toArray();
        Arrays.stream(numbers).forEach(json.putArray("layers")::add);
        IntStream.rangeClosed(1, heads).forEach(json.putArray("heads")::add);
        json.put("positions", "paragraphs");
        json.put("attention", "every token sees every token");
        json.putObject("sections")
                .put("kind", "headings")
                .put("count", book.sections.size())
                .put("paragraphs", book.paragraphs.size())
                .put("paragraph_rows", book.paragraphs.size());
        json.put("link_floor", FLOOR);
        json.put("top", TOP);
        json.putArray("kinds")
                .add(new ObjectMapper()
                        .createObjectNode()
                        .put("kind", "previous")
                        .put("rule", "mean weight on the token before")
                        .put("threshold", 0.4));
        json.putArray("sum_rules")
                .add(new ObjectMapper()
                        .createObjectNode()
                        .put("rule", "weights of a query sum to 1")
                        .put("layer", 1)
                        .put("head", 1)
                        .put("worst", 2e-7)
                        .put("limit", 1e-6));
        json.putArray("findings")
                .add(new ObjectMapper()
                        .createObjectNode()
                        .put("kind", "previous")
                        .put("text", "Head 2 of layer 1 looks at the token before.")
                        .put("layer", 1)
                        .put("head", 2));
        Files.writeString(folder.resolve("analysis.json"), json.toPrettyString(), StandardCharsets.UTF_8);
    }

    /** The heaviest of some weights, heaviest first; of two alike the earlier. */
    static List<Integer> heaviest(int count, int most, IntToDoubleFunction weight) {
        List<Integer> best = new ArrayList<>();
        for (int j = 0; j < count; j++) {
            double w = weight.applyAsDouble(j);
            if (best.size() < most || w > weight.applyAsDouble(best.get(most - 1))) {
                int at = best.size();
                while (at > 0 && w > weight.applyAsDouble(best.get(at - 1))) {
                    at--;
                }
                best.add(at, j);
                if (best.size() > most) {
                    best.remove(most);
                }
            }
        }
        return best;
    }
}
