package foco.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import foco.driver.Attention;
import foco.driver.AttentionResult;
import foco.jobs.io.HeadLayout;
import foco.jobs.io.HeadLayout.Form;
import foco.jobs.io.NpyFile;
import foco.jobs.io.NpyReader;
import foco.jobs.io.NpyTables;
import foco.kernels.AttentionSpec;
import foco.kernels.mask.Mask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The ONNX operator {@code Attention} by the vectors of others: each folder with a {@code case.json} under the system
 * property {@code foco.conformance} is a test, which goes the way of a user: files, DataFrame, attention, rows. What a case
 * asks for beyond what Foco has is named in its skip; nothing is decided by a case's name.
 */
class ConformanceTest {
    private static final Path VECTORS = Path.of(System.getProperty("foco.conformance", "../../shared/conformance"));
    private static final Configuration HADOOP = new Configuration();
    private static final Set<String> ATTRIBUTES = Set.of("is_causal", "kv_num_heads", "q_num_heads", "scale");

    private static SparkSession spark;

    @BeforeAll
    static void startSpark() {
        spark = SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", "false")
                .config("spark.sql.shuffle.partitions", "2")
                .getOrCreate();
    }

    @TestFactory
    Stream<DynamicTest> cases() throws IOException {
        if (!Files.isDirectory(VECTORS)) {
            return Stream.of(DynamicTest.dynamicTest(
                    "no vectors", () -> abort("no conformance vectors at " + VECTORS.toAbsolutePath())));
        }
        List<Path> cases;
        try (Stream<Path> files = Files.walk(VECTORS)) {
            cases = files.filter(file -> file.endsWith("case.json")).sorted().toList();
        }
        return cases.stream()
                .map(file -> DynamicTest.dynamicTest(
                        VECTORS.relativize(file.getParent()).toString(), file.toUri(), () -> check(file)));
    }

    private static void check(Path description) throws IOException {
        JsonNode root = new ObjectMapper().readTree(description.toFile());
        Optional<String> missing = notCovered(root);
        if (missing.isPresent()) {
            abort("not yet covered: " + missing.get());
        }
        Case attention = new Case(description, root);
        try (AttentionResult result = attention.run()) {
            attention.compare(result);
        }
    }

    /** What the case asks for that Foco does not have, if anything. */
    private static Optional<String> notCovered(JsonNode root) {
        if (!root.get("operator").asText().equals("Attention")) {
            return Optional.of("operator " + root.get("operator").asText());
        }
        Set<String> beyond = new TreeSet<>();
        root.get("inputs").fieldNames().forEachRemaining(name -> beyond.add("input " + name));
        beyond.removeAll(Set.of("input Q", "input K", "input V"));
        root.get("attributes").fieldNames().forEachRemaining(name -> {
            if (!ATTRIBUTES.contains(name)) {
                beyond.add("attribute " + name);
            }
        });
        root.get("outputs").fieldNames().forEachRemaining(name -> {
            if (!name.equals("Y")) {
                beyond.add("output " + name);
            }
        });
        return beyond.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", beyond));
    }

    /** One case: its arrays are {@code [batch, heads, n, d]}, or {@code [batch, n, heads*d]} with the heads in attributes. */
    private record Case(Path description, JsonNode root) {

        private NpyFile file(String side, String slot) throws IOException {
            String name = root.get(side).get(slot).get("file").asText();
            return NpyFile.open(description.resolveSibling(name).toString(), HADOOP);
        }

        private boolean isCausal() {
            return root.get("attributes").path("is_causal").asInt(0) == 1;
        }

        /** How one array lies in its file. Three dimensions are read as those of one long {@code [batch * n, heads*d]}. */
        private HeadLayout layout(NpyFile file, String headsAttribute) {
            List<Long> shape = file.header().shape();
            int last = shape.get(shape.size() - 1).intValue();
            int batch = shape.get(0).intValue();
            if (shape.size() == 4) {
                return new HeadLayout(
                        Form.BATCH, batch, shape.get(2), shape.get(1).intValue(), last);
            }
            int heads = root.get("attributes").get(headsAttribute).asInt();
            return new HeadLayout(Form.TOKENS, 1, batch * shape.get(1), heads, last / heads);
        }

        /** Gives the tokens of a long {@code [batch * n, heads*d]} their sequence and position. */
        private Dataset<Row> sequences(Dataset<Row> tokens, NpyFile file) {
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

        AttentionResult run() throws IOException {
            NpyFile query = file("inputs", "Q");
            NpyFile key = file("inputs", "K");
            NpyFile value = file("inputs", "V");
            HeadLayout queries = layout(query, "q_num_heads");
            HeadLayout keys = layout(key, "kv_num_heads");
            HeadLayout values = layout(value, "kv_num_heads");
            AttentionSpec spec = AttentionSpec.of(queries.heads(), queries.width())
                    .withKeyValueHeads(keys.heads())
                    .withValueWidth(values.width())
                    .withMask(isCausal() ? Mask.causal() : Mask.full());
            JsonNode scale = root.get("attributes").get("scale");
            return Attention.of(scale == null ? spec : spec.withScale(scale.asDouble()))
                    .attend(
                            sequences(NpyTables.queries(spark, query, queries), query),
                            sequences(NpyTables.keysAndValues(spark, key, keys, value, values), key));
        }

        void compare(AttentionResult result) throws IOException {
            NpyFile expected = file("outputs", "Y");
            HeadLayout layout = layout(expected, "q_num_heads");
            long perSequence = layout.tokens()
                    * layout.sequences()
                    / expected.header().shape().get(0);
            boolean half = expected.header().type().bytes() == 2;
            List<Row> rows = result.rows().collectAsList();
            assertEquals(layout.tokens() * layout.sequences(), rows.size());
            try (NpyReader reader = expected.reader(HADOOP)) {
                for (Row row : rows) {
                    long sequence = Long.parseLong(String.valueOf((Object) row.getAs("sequence")));
                    long position = row.<Long>getAs("position");
                    List<Float> output = row.getList(row.fieldIndex("output"));
                    assertEquals(layout.tokenWidth(), output.size());
                    for (int j = 0; j < output.size(); j++) {
                        int head = j / layout.width();
                        long offset = layout.form() == Form.BATCH
                                ? layout.offset((int) sequence, head, position)
                                : layout.offset(0, head, sequence * perSequence + position);
                        double wanted = reader.floating(offset + j % layout.width());
                        assertClose(
                                wanted,
                                output.get(j),
                                half,
                                "sequence %d, position %d, element %d".formatted(sequence, position, j));
                    }
                }
            }
        }

        /** The tolerances that come with the vectors. */
        private static void assertClose(double expected, double actual, boolean half, String place) {
            double tolerance = half ? 1e-3 + 1e-2 * Math.abs(expected) : 1e-5 + 1e-4 * Math.abs(expected);
            assertTrue(Math.abs(expected - actual) <= tolerance, place + ": " + expected + " became " + actual);
        }
    }
}
