package foco.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import foco.driver.AttentionResult;
import foco.driver.block.TokenBlock;
import foco.driver.block.TokenBlocks;
import foco.driver.model.AttentionSteps;
import foco.driver.model.ForwardPass;
import foco.driver.model.PretrainedModel;
import foco.driver.result.OutputBlock;
import foco.driver.settings.FocoConf;
import foco.driver.text.PositionMode;
import foco.driver.text.TokenSequence;
import foco.driver.text.TokenizedText;
import foco.driver.text.Tokenizer;
import foco.jobs.Foco;
import foco.testing.SparkTest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The steps of a sentence's attention: they are the model's, and each follows from the one before. */
@SparkTest
class AttentionStepsTest {

    private static final String SENTENCE = "O banco da praça estava sujo, então fui ao banco sacar dinheiro";
    private static final int LAYER = 3;
    private static final double TOLERANCE = 1e-5;

    private static PretrainedModel model;

    @BeforeAll
    static void open() throws IOException {
        model = PretrainedModel.open(PretrainedModel.MINILM, new Configuration(false));
    }

    private static AttentionSteps steps(int layer) {
        try (Tokenizer tokenizer = model.tokenizer()) {
            TokenizedText text = tokenizer.whole(SENTENCE);
            return AttentionSteps.of(model, text, layer);
        }
    }

    @Test
    void theyAreThoseOfAPassThroughTheModel(SparkSession spark) {
        AttentionSteps steps = steps(LAYER);
        int width = model.transformer().shape().width();
        int heads = model.transformer().shape().heads();
        List<TokenSequence> sequences = Encoded.sequences(model, PositionMode.REFUSE, List.of(SENTENCE));
        Map<String, float[]> passed = new TreeMap<>();
        new ForwardPass(spark.sparkContext(), FocoConf.of(spark.sparkContext(), Map.of()), model, sequences)
                .run(Set.of(LAYER - 1), Set.of(LAYER - 1), new ForwardPass.Listener() {
                    @Override
                    public void hidden(int layer, TokenBlocks hidden) {
                        passed.put("hidden", hidden.blocks().first().columns()[0]);
                    }

                    @Override
                    public void attention(int layer, TokenBlocks projected, AttentionResult result) {
                        TokenBlock block = projected.blocks().first();
                        for (int c = 0; c < 3; c++) {
                            passed.put("projected " + c, block.columns()[c]);
                        }
                        OutputBlock output = result.blocks().next();
                        passed.put("output", output.output());
                    }
                });
        int n = steps.tokens();
        int d = width / heads;
        for (int i = 0; i < n; i++) {
            float[] hidden = Arrays.copyOfRange(passed.get("hidden"), i * width, (i + 1) * width);
            assertArrayEquals(hidden, steps.hidden(i));
            for (int head = 0; head < heads; head++) {
                int from = i * width + head * d;
                assertArrayEquals(Arrays.copyOfRange(passed.get("projected 0"), from, from + d), steps.query(head, i));
                assertArrayEquals(Arrays.copyOfRange(passed.get("projected 1"), from, from + d), steps.key(head, i));
                assertArrayEquals(Arrays.copyOfRange(passed.get("projected 2"), from, from + d), steps.value(head, i));
                double[] sum = steps.sum(head, i);
                for (int e = 0; e < d; e++) {
                    assertEquals(passed.get("output")[from + e], sum[e], TOLERANCE);
                }
            }
        }
    }

    @Test
    void eachFollowsFromTheOneBeforeInWhatIsPrintedAsJson() throws IOException {
        JsonNode page = new ObjectMapper().readTree(run("--json", "--layer", "2", "--head", "5"));
        int n = page.get("tokens").size();
        double[][] q = numbers(page.get("query"));
        double[][] k = numbers(page.get("key"));
        double[][] v = numbers(page.get("value"));
        double[][] weights = numbers(page.get("weight"));
        for (int i = 0; i < n; i++) {
            double[] exp = new double[n];
            for (int j = 0; j < n; j++) {
                double score = dot(q[i], k[j]) / Math.sqrt(q[i].length);
                assertEquals(score, page.get("score").get(i).get(j).asDouble(), TOLERANCE);
                exp[j] = Math.exp(score);
            }
            double all = Arrays.stream(exp).sum();
            for (int j = 0; j < n; j++) {
                assertEquals(exp[j] / all, weights[i][j], TOLERANCE);
            }
            for (int e = 0; e < v[0].length; e++) {
                double sum = 0;
                for (int j = 0; j < n; j++) {
                    sum += weights[i][j] * v[j][e];
                }
                assertEquals(sum, page.get("sum").get(i).get(e).asDouble(), TOLERANCE);
                assertEquals(
                        sum, page.get("heads").get(i).get(4 * v[0].length + e).asDouble(), TOLERANCE);
            }
        }
        assertOutput(numbers(page.get("heads")), numbers(page.get("output")));
    }

    /** W_O as the model's file has it, a row for each number that comes out. */
    private static void assertOutput(double[][] heads, double[][] output) {
        float[] w = model.weights().tensor("encoder.layer.1.attention.output.dense.weight");
        float[] b = model.weights().tensor("encoder.layer.1.attention.output.dense.bias");
        int width = b.length;
        for (int i = 0; i < heads.length; i++) {
            for (int o = 0; o < width; o++) {
                double sum = b[o];
                for (int e = 0; e < width; e++) {
                    sum += heads[i][e] * w[o * width + e];
                }
                assertEquals(sum, output[i][o], TOLERANCE);
            }
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int e = 0; e < a.length; e++) {
            sum += a[e] * b[e];
        }
        return sum;
    }

    private static double[][] numbers(JsonNode rows) {
        double[][] numbers = new double[rows.size()][rows.get(0).size()];
        for (int i = 0; i < numbers.length; i++) {
            for (int j = 0; j < numbers[i].length; j++) {
                numbers[i][j] = rows.get(i).get(j).asDouble();
            }
        }
        return numbers;
    }

    @Test
    void csvHasTheSameNumbersALineEach() throws IOException {
        JsonNode page = new ObjectMapper().readTree(run("--json"));
        List<String> lines = run("--csv").lines().toList();
        assertEquals("step,head,position,token,index,other,value", lines.get(0));
        int n = page.get("tokens").size();
        int width = page.get("hidden").get(0).size();
        int d = page.get("query").get(0).size();
        assertEquals(1 + n * (3 * width + 4 * d + 2 * n), lines.size());
        String comma = lines.stream()
                .filter(line -> line.startsWith("weight,1,2,banco,10,"))
                .findFirst()
                .orElseThrow();
        assertEquals(
                "weight,1,2,banco,10,\",\"," + page.get("weight").get(2).get(10).asDouble(), comma);
    }

    @Test
    void thePageFitsATerminalAndShowsEveryStepOfTheWordThatStandsThereTwice() {
        List<String> lines = run().lines().toList();
        assertTrue(lines.stream().allMatch(line -> line.length() <= 80));
        assertEquals(
                List.of(
                        "1. Tokens and embeddings",
                        "2. Queries, keys and values",
                        "3. Scores",
                        "4. Softmax of row 16, banco",
                        "5. Weights",
                        "6. Weighted sum of row 16, banco",
                        "7. Heads side by side, row 16, banco",
                        "8. W_O"),
                lines.stream().filter(line -> line.matches("\\d\\. .*")).toList());
        AttentionSteps steps = steps(1);
        String row = "%-16s%8.2f%8.2f".formatted("  2 banco", steps.product(0, 16, 2), steps.score(0, 16, 2));
        assertTrue(lines.stream().anyMatch(line -> line.startsWith(row)), row);
    }

    @Test
    void everyLayerOnAPageIsWhatEachLayerAloneGives() {
        List<String> lines = run("--every-layer").lines().toList();
        assertEquals(8, lines.size());
        assertTrue(lines.stream().allMatch(line -> line.length() <= 80));
        assertEquals("      %-36s%s".formatted("2 banco", "16 banco"), lines.get(0));
        for (int layer = 1; layer <= 6; layer++) {
            AttentionSteps steps = steps(layer);
            String row = "%5d ".formatted(layer)
                    + "%-18s%-18s".formatted(best(steps, 2, true), best(steps, 2, false))
                    + "%-18s%-18s".formatted(best(steps, 16, true), best(steps, 16, false));
            assertEquals(row.stripTrailing(), lines.get(layer + 1));
        }
    }

    /** The words next to the two are "O" and "da", "ao" and the pieces of "sacar". */
    private static String best(AttentionSteps steps, int banco, boolean near) {
        List<Integer> neighbours = List.of(1, 3, 15, 17, 18);
        String best = "";
        double most = -1;
        for (int head = 0; head < 12; head++) {
            for (int key = 1; key < steps.tokens() - 1; key++) {
                boolean isNear = neighbours.contains(key) && Math.abs(key - banco) < 5;
                if (key != 2 && key != 16 && isNear == near && steps.weight(head, banco, key) > most) {
                    most = steps.weight(head, banco, key);
                    best = "%3.0f%% h%d %s"
                            .formatted(
                                    100 * most,
                                    head + 1,
                                    steps.text().tokens().get(key).piece());
                }
            }
        }
        return best;
    }

    @Test
    void whatIsNotThereIsRefused() {
        IllegalArgumentException none = assertThrows(IllegalArgumentException.class, () -> steps(7));
        assertEquals("There is no layer 7; minilm has layers 1 to 6.", none.getMessage());
        assertRefused("--head must be 1 to 12 in minilm, and is 13", SENTENCE, "--head", "13");
        assertRefused("--token praia: the sentence has no such word", SENTENCE, "--token", "praia");
        assertRefused("--token 23: the sentence has tokens 0 to 22", SENTENCE, "--token", "23");
        assertRefused("the sentence holds no words", " ");
        assertRefused("the sentence has 202 tokens", "a ".repeat(200));
        assertRefused("--csv and --json are two ways to print", SENTENCE, "--csv", "--json");
        assertRefused("--every-layer prints a page; drop", SENTENCE, "--json", "--every-layer");
    }

    private static void assertRefused(String message, String... words) {
        StringWriter err = new StringWriter();
        String[] all = Stream.concat(Stream.of("steps"), Arrays.stream(words)).toArray(String[]::new);
        assertEquals(2, Foco.run(new PrintWriter(new StringWriter()), new PrintWriter(err), all));
        assertTrue(err.toString().contains(message), err.toString());
    }

    private static String run(String... options) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] all = Stream.concat(Stream.of("steps", SENTENCE), Arrays.stream(options))
                .toArray(String[]::new);
        assertEquals(0, Foco.run(new PrintWriter(out), new PrintWriter(err), all), err.toString());
        return out.toString();
    }
}
