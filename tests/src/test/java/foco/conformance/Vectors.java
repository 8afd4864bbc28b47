package foco.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import foco.driver.block.TokenBlocks;
import foco.driver.file.ArrayFile;
import foco.driver.file.ArrayReader;
import foco.driver.file.FileSource;
import foco.driver.file.HeadLayout;
import foco.driver.file.HeadLayout.Form;
import foco.driver.settings.FocoConf;
import foco.driver.table.TokenTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** One case's description and arrays: {@code [batch, heads, n, d]}, or {@code [batch, n, heads*d]}. */
record Vectors(Path description, JsonNode root) {

    private static final Configuration HADOOP = new Configuration();

    static Vectors read(Path description) throws IOException {
        return new Vectors(description, new ObjectMapper().readTree(description.toFile()));
    }

    String operator() {
        return root.get("operator").asText();
    }

    /** Fails if the case has an attribute or array that the test does not know of, rather than leave it out. */
    void requireOnly(Set<String> attributes, Set<String> inputs, Set<String> outputs) {
        Set<String> unknown = new TreeSet<>();
        root.get("attributes").fieldNames().forEachRemaining(name -> addUnless(attributes, name, unknown));
        root.get("inputs").fieldNames().forEachRemaining(name -> addUnless(inputs, name, unknown));
        root.get("outputs").fieldNames().forEachRemaining(name -> addUnless(outputs, name, unknown));
        assertEquals(Set.of(), unknown, "attributes, inputs or outputs unknown to this test");
    }

    private static void addUnless(Set<String> known, String name, Set<String> unknown) {
        // An empty name is an input that the operator may have and the case leaves out.
        if (!name.isEmpty() && !known.contains(name)) {
            unknown.add(name);
        }
    }

    boolean has(String side, String slot) {
        return root.get(side).hasNonNull(slot);
    }

    ArrayFile file(String side, String slot) throws IOException {
        String name = root.get(side).get(slot).get("file").asText();
        return ArrayFile.open(description.resolveSibling(name).toString(), HADOOP);
    }

    ArrayReader reader(String side, String slot) throws IOException {
        return file(side, slot).reader(HADOOP);
    }

    List<Long> shape(String side, String slot) throws IOException {
        return file(side, slot).header().shape();
    }

    /** A shape of four dimensions, those that are missing before the given ones being 1. */
    List<Long> shapeOfFour(String slot) throws IOException {
        List<Long> shape = new ArrayList<>(shape("inputs", slot));
        while (shape.size() < 4) {
            shape.add(0, 1L);
        }
        return shape;
    }

    float[] floats(String slot) throws IOException {
        ArrayFile file = file("inputs", slot);
        float[] values = new float[(int) file.header().elements()];
        try (ArrayReader reader = file.reader(HADOOP)) {
            reader.read(0, values, 0, values.length);
        }
        return values;
    }

    long attribute(String name, long absent) {
        return root.get("attributes").path(name).asLong(absent);
    }

    double attribute(String name, double absent) {
        return root.get("attributes").path(name).asDouble(absent);
    }

    /** How an array lies in its file. Three dimensions are read as those of one long {@code [batch * n, heads*d]}. */
    HeadLayout layout(ArrayFile file, String headsAttribute) {
        List<Long> shape = file.header().shape();
        int last = shape.get(shape.size() - 1).intValue();
        int batch = shape.get(0).intValue();
        if (shape.size() == 4) {
            return new HeadLayout(Form.BATCH, batch, shape.get(2), shape.get(1).intValue(), last);
        }
        int heads = (int) attribute(headsAttribute, 1);
        return new HeadLayout(Form.TOKENS, 1, batch * shape.get(1), heads, last / heads);
    }

    Dataset<Row> queries(SparkSession spark, String slot, String headsAttribute) throws IOException {
        ArrayFile file = file("inputs", slot);
        return sequences(table(spark, new FileSource.Vectors("query", file, layout(file, headsAttribute))), file);
    }

    Dataset<Row> keysAndValues(SparkSession spark, String keys, String values, String headsAttribute)
            throws IOException {
        ArrayFile key = file("inputs", keys);
        ArrayFile value = file("inputs", values);
        return sequences(
                table(
                        spark,
                        new FileSource.Vectors("key", key, layout(key, headsAttribute)),
                        new FileSource.Vectors("value", value, layout(value, headsAttribute))),
                key);
    }

    private static Dataset<Row> table(SparkSession spark, FileSource.Vectors... files) {
        return TokenTable.rows(
                spark, TokenBlocks.of(spark.sparkContext(), FileSource.of(HADOOP, files), FocoConf.of(spark)));
    }

    /** Gives the tokens of a long {@code [batch * n, heads*d]} their sequence and position. */
    private static Dataset<Row> sequences(Dataset<Row> tokens, ArrayFile file) {
        List<Long> shape = file.header().shape();
        if (shape.size() == 4) {
            return tokens;
        }
        return tokens.selectExpr(Stream.concat(
                        Stream.of(
                                "position div %d as sequence".formatted(shape.get(1)),
                                "position %% %d as position".formatted(shape.get(1))),
                        Stream.of(tokens.columns()).skip(2))
                .toArray(String[]::new));
    }

    /** Compares a column of vectors, the heads side by side, with an output. */
    void compare(String slot, String headsAttribute, Dataset<Row> rows, String column) throws IOException {
        ArrayFile expected = file("outputs", slot);
        HeadLayout layout = layout(expected, headsAttribute);
        long perSequence =
                layout.tokens() * layout.sequences() / expected.header().shape().get(0);
        List<Row> all = rows.select("sequence", "position", column).collectAsList();
        assertEquals(layout.tokens() * layout.sequences(), all.size(), slot);
        try (ArrayReader reader = expected.reader(HADOOP)) {
            for (Row row : all) {
                long sequence = row.getLong(0);
                long position = row.getLong(1);
                List<Float> vector = row.getList(2);
                assertEquals(layout.tokenWidth(), vector.size(), slot);
                for (int j = 0; j < vector.size(); j++) {
                    int head = j / layout.width();
                    long offset = layout.form() == Form.BATCH
                            ? layout.offset((int) sequence, head, position)
                            : layout.offset(0, head, sequence * perSequence + position);
                    String place = "%s of sequence %d, position %d, element %d".formatted(slot, sequence, position, j);
                    assertClose(expected, reader.floating(offset + j % layout.width()), vector.get(j), place);
                }
            }
        }
    }

    /** Compares rows of {@code sequence, position, head, first_key} and a row of the matrix with an output of all. */
    void compareMatrix(String slot, Dataset<Row> rows) throws IOException {
        ArrayFile expected = file("outputs", slot);
        List<Long> shape = expected.header().shape();
        List<Row> all = rows.collectAsList();
        assertEquals(shape.get(0) * shape.get(1) * shape.get(2), all.size(), slot);
        try (ArrayReader reader = expected.reader(HADOOP)) {
            for (Row row : all) {
                List<Float> values = row.getList(4);
                assertEquals(shape.get(3), values.size(), slot);
                long from = (row.getLong(0) * shape.get(1) + row.getInt(2)) * shape.get(2) + row.getLong(1);
                for (int j = 0; j < values.size(); j++) {
                    String place = "%s of sequence %d, head %d, query %d, key %d"
                            .formatted(slot, row.getLong(0), row.getInt(2), row.getLong(1), j);
                    assertClose(expected, reader.floating(from * shape.get(3) + j), values.get(j), place);
                }
            }
        }
    }

    /** The tolerances that come with the vectors; what is masked may be told by the lowest finite number of a type. */
    private static void assertClose(ArrayFile file, double expected, double actual, String place) {
        boolean half = file.header().type().bytes() == 2;
        double lowest = half ? -65504 : -Float.MAX_VALUE;
        boolean masked = actual == Double.NEGATIVE_INFINITY && expected <= lowest;
        double tolerance = half ? 1e-3 + 1e-2 * Math.abs(expected) : 1e-5 + 1e-4 * Math.abs(expected);
        assertTrue(masked || Math.abs(expected - actual) <= tolerance, place + ": " + expected + " became " + actual);
    }
}
