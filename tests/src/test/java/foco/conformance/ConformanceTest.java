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
import foco.testing.SparkTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The ONNX operator {@code Attention} by the vectors of others: each folder with a {@code case.json} under the system
 * property {@code foco.conformance} is a test, which goes the way of a user: files, DataFrame, attention, rows. What a case
 * asks for beyond what Foco has is named in its skip; nothing is decided by a case's name.
 */
@SparkTest
class ConformanceTest {
    private static final Path VECTORS = Path.of(System.getProperty("foco.conformance", "../../shared/conformance"));
    private static final Configuration HADOOP = new Configuration();
    private static final Set<String> ATTRIBUTES =
            Set.of("is_causal", "kv_num_heads", "left_window_size", "q_num_heads", "right_window_size", "scale");
    private static final Set<String> INPUTS = Set.of("Q", "K", "V", "nonpad_kv_seqlen");

    @TestFactory
    Stream<DynamicTest> cases(SparkSession spark) throws IOException {
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
                        VECTORS.relativize(file.getParent()).toString(), file.toUri(), () -> check(file, spark)));
    }

    private static void check(Path description, SparkSession spark) throws IOException {
        JsonNode root = new ObjectMapper().readTree(description.toFile());
        Optional<String> missing = notCovered(root);
        if (missing.isPresent()) {
            abort("not yet covered: " + missing.get());
        }
        Case attention = new Case(description, root);
        try (AttentionResult result = attention.run(spark)) {
            attention.compare(result);
        }
    }

    /** What the case asks for that Foco does not have, if anything. */
    private static Optional<String> notCovered(JsonNode root) {
        if (!root.get("operator").asText().equals("Attention")) {
            return Optional.of("operator " + root.get("operator").asText());
        }
        Set<String> beyond = new TreeSet<>();
        root.get("inputs").properties().forEach(input -> {
            String type = input.getValue().get("dtype").asText();
            boolean bools =
                    input.getKey().equals("attn_mask") && Set.of("|b1", "bool").contains(type);
            if (!INPUTS.contains(input.getKey()) && !bools) {
                beyond.add("input " + input.getKey() + " of " + type);
            }
        });
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

        private long attribute(String name, long absent) {
            return root.get("attributes").path(name).asLong(absent);
        }

        /** Which keys the queries of each sequence see. */
        private Mask mask(int sequences, long queries) throws IOException {
            Map<String, Mask> masks = new HashMap<>();
            for (int s = 0; s < sequences; s++) {
                masks.put(String.valueOf(s), positions(s, queries).and(bools(s)));
            }
            return Mask.bySequence(masks);
        }

        private Mask positions(int sequence, long queries) throws IOException {
            Mask mask = Mask.full();
            long offset = 0;
            if (root.get("inputs").has("nonpad_kv_seqlen")) {
                try (NpyReader lengths = file("inputs", "nonpad_kv_seqlen").reader(HADOOP)) {
                    long valid = lengths.integral(sequence);
                    mask = Mask.validKeys(valid);
                    offset = valid - queries;
                }
            }
            long left = attribute("left_window_size", -1);
            long right = attribute("right_window_size", -1);
            mask = left < 0 && right < 0 ? mask : mask.and(Mask.window(left, right, offset));
            return attribute("is_causal", 0) == 1 ? mask.and(Mask.causal(offset)) : mask;
        }

        /** The sequence's part of {@code attn_mask}, of which the dimensions that are missing are 1. */
        private Mask bools(int sequence) throws IOException {
            if (!root.get("inputs").has("attn_mask")) {
                return Mask.full();
            }
            NpyFile file = file("inputs", "attn_mask");
            List<Long> shape = new ArrayList<>(file.header().shape());
            while (shape.size() < 4) {
                shape.add(0, 1L);
            }
            int heads = shape.get(1).intValue();
            int rows = shape.get(2).intValue();
            int columns = shape.get(3).intValue();
            int count = heads * rows * columns;
            try (NpyReader reader = file.reader(HADOOP)) {
                return Mask.matrix(heads, rows, columns, reader.bits(shape.get(0) == 1 ? 0 : sequence * count, count));
            }
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

        AttentionResult run(SparkSession spark) throws IOException {
            NpyFile query = file("inputs", "Q");
            NpyFile key = file("inputs", "K");
            NpyFile value = file("inputs", "V");
            int sequences = query.header().shape().get(0).intValue();
            HeadLayout queries = layout(query, "q_num_heads");
            HeadLayout keys = layout(key, "kv_num_heads");
            HeadLayout values = layout(value, "kv_num_heads");
            AttentionSpec spec = AttentionSpec.of(queries.heads(), queries.width())
                    .withKeyValueHeads(keys.heads())
                    .withValueWidth(values.width())
                    .withMask(mask(sequences, queries.tokens() * queries.sequences() / sequences));
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
