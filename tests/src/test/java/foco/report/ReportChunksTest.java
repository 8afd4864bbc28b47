package foco.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import foco.jobs.report.ChunkText;
import foco.jobs.report.Figure;
import foco.testing.SparkTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** What a report's data say is what the tables say. */
@SparkTest
class ReportChunksTest {
    private static final double LN2 = Math.log(2);

    private static byte[] chunk(Path folder, String name) throws IOException {
        return ChunkText.bytes(Files.readAllBytes(folder.resolve("report/data/" + name + ".js")));
    }

    /** Reads planes as the page does. */
    private static final class Reader {
        private final byte[] bytes;
        private int at;

        Reader(byte[] bytes) {
            this.bytes = bytes;
        }

        int octet() {
            return bytes[at++] & 0xff;
        }

        int[] numbers(int count, int width) {
            int[] numbers = new int[count];
            for (int plane = 0; plane < width; plane++) {
                for (int i = 0; i < count; i++) {
                    numbers[i] |= (bytes[at++] & 0xff) << 8 * plane;
                }
            }
            return numbers;
        }

        byte[] bytes(int count) {
            at += count;
            return Arrays.copyOfRange(bytes, at - count, at);
        }

        boolean isAtEnd() {
            return at == bytes.length;
        }
    }

    private static Path folder(SparkSession spark) {
        return Reports.folder(spark, "harbour", Reports.HARBOUR);
    }

    private static List<Row> rows(SparkSession spark, Path folder, String table, String where, String... order) {
        return spark.read()
                .parquet(folder.resolve(table).toString())
                .where(where)
                .orderBy(order[0], Stream.of(order).skip(1).toArray(String[]::new))
                .collectAsList();
    }

    @Test
    void valuesOfTokensAreTheTables(SparkSession spark) throws IOException {
        Path folder = folder(spark);
        for (int head = 1; head <= 3; head++) {
            List<Row> rows = rows(spark, folder, "positions", "layer = 2 and head = " + head, "position");
            Reader reader = new Reader(chunk(folder, "values-2-%d-0".formatted(head)));
            int[] entropy = reader.numbers(rows.size(), 2);
            int[] received = reader.numbers(rows.size(), 2);
            int[] distance = reader.numbers(rows.size(), 2);
            assertTrue(reader.isAtEnd());
            for (int i = 0; i < rows.size(); i++) {
                assertEquals(Math.round(100 * rows.get(i).<Float>getAs("entropy") / LN2), entropy[i]);
                assertEquals(Figure.code(rows.get(i).<Float>getAs("received")), received[i]);
                assertEquals(Figure.code(rows.get(i).<Float>getAs("distance_absolute")), distance[i]);
            }
        }
    }

    @Test
    void meansAreOfTheHeads(SparkSession spark) throws IOException {
        Path folder = folder(spark);
        List<Row> rows = spark.read()
                .parquet(folder.resolve("positions").toString())
                .where("layer = 1")
                .groupBy("position")
                .avg("received")
                .orderBy("position")
                .collectAsList();
        Reader reader = new Reader(chunk(folder, "values-1-0-0"));
        reader.numbers(rows.size(), 2);
        int[] received = reader.numbers(rows.size(), 2);
        for (int i = 0; i < rows.size(); i++) {
            double wanted = rows.get(i).getDouble(1);
            assertEquals(wanted, Figure.value(received[i]), wanted * 0.051);
        }
    }

    @Test
    void linksOfTokensAreTheTablesEitherWay(SparkSession spark) throws IOException {
        Path folder = folder(spark);
        int n = Reports.analysis("harbour").book.count();
        for (String kind : List.of("keys", "queries")) {
            String other = kind.equals("keys") ? "key" : "query";
            Map<Integer, byte[]> heads = heads(chunk(folder, kind + "-1-0"));
            assertEquals(Set.of(1, 2, 3), heads.keySet());
            for (int head = 1; head <= 3; head++) {
                List<Row> rows = rows(
                        spark,
                        folder,
                        "top_" + kind,
                        "layer = 1 and rank <= %d and head = %d".formatted(Reports.LINKS, head),
                        "position",
                        "rank");
                int[][][] links = links(heads.get(head), n);
                for (Row row : rows) {
                    int[] link = links[row.<Integer>getAs("position")][row.<Integer>getAs("rank") - 1];
                    assertEquals(row.<Integer>getAs(other), link[0], row::toString);
                    assertEquals(Figure.code(row.<Float>getAs("weight")), link[1], row::toString);
                }
                assertEquals(n * Reports.LINKS, rows.size());
            }
        }
    }

    /** The links of each head of a layer. */
    private static Map<Integer, byte[]> heads(byte[] bytes) {
        Reader reader = new Reader(bytes);
        Map<Integer, byte[]> heads = new TreeMap<>();
        while (!reader.isAtEnd()) {
            int head = reader.numbers(1, 4)[0];
            heads.put(head, reader.bytes(reader.numbers(1, 4)[0]));
        }
        return heads;
    }

    /** By position and rank: the other token, and the code of the weight. */
    private static int[][][] links(byte[] bytes, int n) {
        Reader reader = new Reader(bytes);
        int form = reader.octet();
        int ranks = reader.octet();
        int[] list = reader.numbers(reader.numbers(1, 4)[0], 4);
        for (int i = 1; i < list.length; i++) {
            list[i] += list[i - 1];
        }
        int[][][] links = new int[n][ranks][2];
        for (int rank = 0; rank < ranks; rank++) {
            int[] others = reader.numbers(n, form == 2 ? 4 : 2);
            for (int i = 0; i < n; i++) {
                links[i][rank][0] = form == 2 ? others[i] : list[others[i]] + (form == 1 ? i : 0);
            }
        }
        for (int rank = 0; rank < ranks; rank++) {
            int[] codes = reader.numbers(n, 2);
            for (int i = 0; i < n; i++) {
                links[i][rank][1] = rank == 0 ? codes[i] : links[i][rank - 1][1] - codes[i];
            }
        }
        assertTrue(reader.isAtEnd());
        return links;
    }

    @Test
    void mapsAreTheTablesSharesOfEachRow(SparkSession spark) throws IOException {
        Path folder = folder(spark);
        List<BookTokens.Part> sections = Reports.analysis("harbour").book.sections;
        int cells = sections.size();
        int[] bits = new Reader(chunk(folder, "section-2-1")).numbers(cells * cells, 4);
        List<Row> rows = rows(
                spark,
                folder,
                "section_map",
                "layer = 2 and head = 1 and level = 'section'",
                "query_section",
                "key_section");
        assertEquals(bits.length, rows.size());
        for (int i = 0; i < bits.length; i++) {
            BookTokens.Part query = sections.get(i / cells);
            float share = (float) (rows.get(i).<Double>getAs("mass") / (query.end() - query.first()));
            assertEquals(share, Float.intBitsToFloat(bits[i]));
        }
    }

    @Test
    void strongestLinksAreTheTables(SparkSession spark) throws IOException {
        Path folder = folder(spark);
        List<Row> rows = rows(spark, folder, "links", "layer = 1 and head = 2", "rank");
        Reader reader = new Reader(chunk(folder, "links-1-2"));
        assertArrayEquals(
                rows.stream().mapToInt(row -> row.<Integer>getAs("query")).toArray(), reader.numbers(rows.size(), 4));
        assertArrayEquals(
                rows.stream().mapToInt(row -> row.<Integer>getAs("key")).toArray(), reader.numbers(rows.size(), 4));
        int[] weights = reader.numbers(rows.size(), 4);
        for (int i = 0; i < weights.length; i++) {
            assertEquals(rows.get(i).<Float>getAs("weight"), Float.intBitsToFloat(weights[i]));
        }
        assertTrue(reader.isAtEnd());
    }

    @Test
    void profilesAreTheTables(SparkSession spark) throws IOException {
        Path folder = folder(spark);
        for (int head = 1; head <= 3; head++) {
            String where = "layer = 2 and head = " + head;
            JsonNode profile = new ObjectMapper().readTree(chunk(folder, "profile-2-" + head));
            List<Row> distances = rows(spark, folder, "distances", where, "direction", "low");
            assertEquals(distances.size(), profile.path("distances").size());
            for (int i = 0; i < distances.size(); i++) {
                JsonNode row = profile.path("distances").path(i);
                assertEquals(
                        distances.get(i).<String>getAs("direction"), row.path(0).asText());
                assertEquals(distances.get(i).<Long>getAs("low"), row.path(1).asLong());
                assertEquals(distances.get(i).<Long>getAs("high"), row.path(2).asLong());
                assertEquals(distances.get(i).<Double>getAs("mass"), row.path(3).asDouble());
            }
            assertRepeats(rows(spark, folder, "repeats", where, "position"), profile.path("repeats"), "same");
            assertRepeats(rows(spark, folder, "repeats", where, "position"), profile.path("repeats"), "following");
        }
    }

    /** Every bar counts the rows of its weights, and the first rows are those of most weight. */
    private static void assertRepeats(List<Row> rows, JsonNode repeats, String name) {
        assertTrue(rows.size() > 40, "rows: " + rows.size());
        JsonNode edges = repeats.path("edges");
        for (int bar = 0; bar <= edges.size(); bar++) {
            double low = bar == 0 ? 0 : edges.path(bar - 1).asDouble();
            double high = bar == edges.size() ? 2 : edges.path(bar).asDouble();
            long due = rows.stream()
                    .mapToDouble(row -> row.<Float>getAs("on_" + name))
                    .filter(weight -> weight >= low && weight < high)
                    .count();
            assertEquals(due, repeats.path(name).path("counts").path(bar).asLong(), name + " from " + low);
        }
        List<Row> strongest = rows.stream()
                .sorted(Comparator.comparingDouble((Row row) -> -row.<Float>getAs("on_" + name)))
                .limit(30)
                .toList();
        assertEquals(30, repeats.path(name).path("strongest").size());
        for (int i = 0; i < strongest.size(); i++) {
            Row due = strongest.get(i);
            JsonNode row = repeats.path(name).path("strongest").path(i);
            assertEquals(due.<Integer>getAs("position"), row.path(0).asInt());
            assertEquals(due.<Integer>getAs("earlier"), row.path(1).asInt());
            assertEquals(due.<Float>getAs("on_same"), (float) row.path(2).asDouble());
            assertEquals(due.<Float>getAs("on_following"), (float) row.path(3).asDouble());
        }
    }

    @Test
    void theTextAndItsTokensComeBackWhateverTheyHold(SparkSession spark) throws IOException {
        Path folder = Reports.folder(spark, "hostile", Reports.HOSTILE);
        BookTokens book = Reports.analysis("hostile").book;
        assertEquals(Reports.HOSTILE, new String(chunk(folder, "text"), StandardCharsets.UTF_8));
        Reader reader = new Reader(chunk(folder, "tokens"));
        int[] gaps = reader.numbers(book.count(), 4);
        int[] lengths = reader.numbers(book.count(), 4);
        int end = 0;
        for (int i = 0; i < book.count(); i++) {
            assertEquals(book.pieces.get(i).start(), end + gaps[i]);
            end += gaps[i] + lengths[i];
            assertEquals(book.pieces.get(i).end(), end);
        }
    }

    @Test
    void headsAreTheTables(SparkSession spark) throws IOException {
        Path folder = folder(spark);
        JsonNode facts = new ObjectMapper().readTree(chunk(folder, "facts"));
        List<Row> rows = rows(spark, folder, "heads", "true", "layer", "head");
        assertEquals(rows.size(), facts.path("headTable").path("rows").size());
        for (int i = 0; i < rows.size(); i++) {
            JsonNode row = facts.path("headTable").path("rows").path(i);
            assertEquals(rows.get(i).getString(2), row.path(2).asText());
            assertEquals(rows.get(i).getDouble(3), row.path(3).asDouble());
            assertTrue(row.path(14).isNull(), "induction is none");
        }
        assertTrue(Files.size(folder.resolve("report/assets/d3.min.js")) > 200_000);
        assertTrue(
                Files.readString(folder.resolve("report/assets/d3-LICENSE.txt")).contains("Mike Bostock"));
    }
}
