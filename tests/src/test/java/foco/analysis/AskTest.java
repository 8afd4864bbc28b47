package foco.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import foco.testing.SparkTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code foco ask}: its answers beside all weights in float64; the analysis keeps all keys and queries of so short a text. */
@SparkTest
class AskTest {

    private static final double TOLERANCE = 1e-5;
    private static final int HEADS = 12;
    private static final String TEXT = "The bank was dirty, so we sat on\nthe grass. Then I went to the bank.";

    @TempDir
    private static Path folder;

    private static Path analysis;
    private static List<DenseWeights> layers;
    private static int tokens;

    @BeforeAll
    static void analyze(SparkSession spark) throws IOException {
        AnalyzedText analyzed = AnalyzedText.of(folder, "short", TEXT, "--layers", "1,2", "--top", "32");
        analysis = analyzed.folder();
        AnalyzedText.run(
                0,
                "encode",
                folder.resolve("short.txt").toString(),
                "--model",
                "minilm",
                "--keep",
                "1,2",
                "--output",
                folder.resolve("k.npy").toString());
        layers = List.of(DenseWeights.of(folder, "k.layer1", HEADS), DenseWeights.of(folder, "k.layer2", HEADS));
        tokens = layers.get(0).p()[0].length;
        assertTrue(tokens <= 32, tokens + " tokens");
    }

    private static JsonNode ask(String question) throws IOException {
        return new ObjectMapper().readTree(AnalyzedText.run(0, "ask", analysis.toString(), question, "--json"));
    }

    /** The ten largest, each with its weight. */
    private static void assertHeaviest(double[] expected, JsonNode answer) {
        List<Integer> order = IntStream.range(0, expected.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer j) -> -expected[j]))
                .limit(10)
                .toList();
        assertEquals(order.size(), answer.size());
        for (int rank = 0; rank < order.size(); rank++) {
            JsonNode entry = answer.get(rank);
            assertEquals(expected[order.get(rank)], entry.get("weight").asDouble(), TOLERANCE);
            assertEquals(
                    expected[entry.get("position").asInt()], entry.get("weight").asDouble(), TOLERANCE);
        }
    }

    @Test
    void whatATokenAttendsToInAHeadIsItsRow() throws IOException {
        JsonNode asked = ask("what does token 3 attend to in layer 2, head 5?");
        assertHeaviest(layers.get(1).p()[4][3], asked.get("answer"));
        assertTrue(asked.get("heading").asText().startsWith("Token 3, The bank [was] dirty"), asked.toString());
    }

    @Test
    void withoutAHeadItIsTheMean() throws IOException {
        double[] mean = new double[tokens];
        for (DenseWeights layer : layers) {
            for (double[][] head : layer.p()) {
                for (int j = 0; j < tokens; j++) {
                    mean[j] += head[3][j] / (2 * HEADS);
                }
            }
        }
        assertHeaviest(mean, ask("what does token 3 attend to?").get("answer"));
    }

    /** "on the grass" is broken into lines in the text. */
    @Test
    void whatAttendsToAPassageIsTheSumOfItsColumns() throws IOException {
        double[] column = new double[tokens];
        double received = 0;
        double[][] head = layers.get(0).p()[6];
        for (int i = 0; i < tokens; i++) {
            for (int key = 9; key <= 11; key++) {
                column[i] += head[i][key];
            }
            received += column[i];
        }
        JsonNode asked = ask("what attends to \"on the grass\" in layer 1, head 7?");
        assertHeaviest(column, asked.get("answer"));
        assertTrue(
                asked.get("notes").toString().contains("give as much as %.2f".formatted(received)), asked.toString());
    }

    @Test
    void headsAgreeWhereMostHaveTheSameHeaviestWord() throws IOException {
        int[][] heads = new int[tokens][tokens];
        for (double[][] head : layers.get(1).p()) {
            for (int i = 0; i < tokens; i++) {
                int query = i;
                int most = IntStream.range(0, tokens)
                        .boxed()
                        .max(Comparator.comparingDouble(j -> head[query][j]))
                        .orElseThrow();
                heads[i][most]++;
            }
        }
        JsonNode answer = ask("where do heads agree in layer 2?").get("answer");
        assertEquals(10, answer.size());
        int before = HEADS;
        for (JsonNode entry : answer) {
            int agreeing = entry.get("heads").asInt();
            assertEquals(heads[entry.get("position").asInt()][entry.get("key").asInt()], agreeing);
            assertTrue(agreeing <= before && !entry.get("key_around").asText().matches(".*\\[[.,]].*"));
            before = agreeing;
        }
    }

    @Test
    void occurrencesStandBesideEachOtherWithTheWordsTheyAttendTo() throws IOException {
        JsonNode answer = ask("how do the occurrences of bank differ?").get("answer");
        assertEquals(
                List.of(2, 18),
                List.of(
                        answer.get(0).get("position").asInt(),
                        answer.get(1).get("position").asInt()));
        for (JsonNode entry : answer) {
            assertTrue(entry.get("words").size() > 0 && !entry.get("words").has("bank"), entry.toString());
        }
    }

    @Test
    void linksAndHeadsAreThoseOfTheTables() throws IOException {
        JsonNode links = ask("strongest links?");
        int floor = Integer.parseInt(links.get("heading").asText().replaceFirst(".* over (\\d+) tokens? .*", "$1"));
        double strongest = 0;
        for (DenseWeights layer : layers) {
            for (double[][] head : layer.p()) {
                for (int i = 0; i < tokens; i++) {
                    for (int j = 0; j < tokens; j++) {
                        strongest = Math.abs(i - j) >= floor ? Math.max(strongest, head[i][j]) : strongest;
                    }
                }
            }
        }
        assertEquals(strongest, links.get("answer").get(0).get("weight").asDouble(), TOLERANCE);
        JsonNode heads = ask("what kinds of heads are there in layer 2?").get("answer");
        assertEquals(HEADS, heads.size());
        double spread = IntStream.range(0, tokens)
                .mapToDouble(i -> layers.get(1).entropy(0, i))
                .average()
                .orElseThrow();
        assertEquals(Math.exp(spread), heads.get(0).get("support").asDouble(), 1e-3);
    }

    @Test
    void linesOfAPipeAreAnsweredOneByOneAndAWrongOneEndsNothing() throws IOException {
        InputStream before = System.in;
        try {
            System.setIn(new ByteArrayInputStream(
                    "hello\n\nwhat does token 3 attend to in layer 1?\n".getBytes(StandardCharsets.UTF_8)));
            List<String> lines =
                    AnalyzedText.run(0, "ask", analysis.toString()).lines().toList();
            assertTrue(lines.get(0).startsWith("Token 3, "), lines.toString());
            assertTrue(lines.get(1).matches(" +\\d.*%  token .*"), lines.get(1));
            assertEquals(13, lines.size(), lines.toString());
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void whatIsNotThereIsRefusedByName() throws IOException {
        assertRefused("There is no token 99; ", "what does token 99 attend to?");
        assertRefused("is not of layer 3; it has [1, 2]", "what does token 9 attend to in layer 3?");
        assertRefused("is not of head 13; it has [1, 2, ", "strongest links in head 13?");
        assertRefused("The text does not hold \"whale\"", "what attends to \"whale\"?");
        assertRefused("ask for example", "hello");
        Path foreign = Files.createDirectory(folder.resolve("foreign"));
        assertTrue(AnalyzedText.run(1, "ask", foreign.toString(), "where do heads agree?")
                .contains("is not the folder of an analysis"));
        Path damaged = Files.createDirectory(folder.resolve("damaged"));
        Files.writeString(damaged.resolve("analysis.json"), "{\"format\":");
        assertTrue(AnalyzedText.run(1, "ask", damaged.toString(), "where do heads agree?")
                .contains("analysis.json is damaged"));
    }

    private static void assertRefused(String message, String question) {
        List<String> lines = new ArrayList<>(AnalyzedText.run(1, "ask", analysis.toString(), question)
                .lines()
                .toList());
        assertEquals(1, lines.size(), lines.toString());
        assertTrue(lines.get(0).contains(message), lines.get(0));
    }
}
