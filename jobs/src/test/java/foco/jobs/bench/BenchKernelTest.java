package foco.jobs.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import foco.jobs.Foco;
import foco.kernels.machine.Peak;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code foco bench kernel} on sizes so small that its rates mean nothing; how they hang together is what is tested. */
class BenchKernelTest {

    private static List<String> bench(String... options) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> arguments = new ArrayList<>(List.of("bench", "kernel", "--heads", "2", "--seconds", "0.02"));
        arguments.addAll(List.of(options));
        int code = Foco.run(new PrintWriter(out), new PrintWriter(err), arguments.toArray(String[]::new));
        assertEquals(0, code, err.toString());
        assertEquals("", err.toString());
        return out.toString().lines().toList();
    }

    private static List<JsonNode> json(List<String> lines) throws IOException {
        List<JsonNode> nodes = new ArrayList<>();
        for (String line : lines) {
            nodes.add(new ObjectMapper().readTree(line));
        }
        return nodes;
    }

    @Test
    void everyWidthAndMaskIsARowOfATableWhoseColumnsStandBelowEachOther() {
        List<String> lines = bench("--widths", "8,256", "--n", "900");
        assertEquals(6, lines.size(), lines.toString());
        assertTrue(lines.get(0).contains("1 thread; 2 heads, 900 keys"), lines.get(0));
        assertTrue(lines.get(0).contains(Peak.vectorBits() + "-bit vectors"), lines.get(0));
        List<String> cases = lines.subList(2, 6);
        assertEquals(
                List.of("d=8 dense", "d=256 dense", "d=8 causal", "d=256 causal"),
                cases.stream().map(row -> row.split("  ")[0]).toList());
        for (String row : cases) {
            assertEquals(lines.get(1).length(), row.length(), row);
            assertTrue(row.substring(28).matches("( +[0-9]+\\.[0-9]+){4}"), row);
        }
    }

    @Test
    void aLineOfJsonTellsTheCaseTheRatesAndTheMachine() throws IOException {
        List<JsonNode> cases = json(bench("--widths", "16", "--n", "500", "--json"));
        assertEquals(2, cases.size());
        for (JsonNode timed : cases) {
            assertTrue(timed.get("gflops").asDouble() > 0, timed.toString());
            assertTrue(timed.get("peak").asDouble() > 0, timed.toString());
            assertEquals(
                    timed.get("gflops").asDouble() / timed.get("peak").asDouble(),
                    timed.get("of_peak").asDouble(),
                    1e-12);
            assertEquals(16, timed.get("width").asInt());
            assertEquals(2, timed.get("heads").asInt());
            assertEquals(500, timed.get("queries").asInt());
            assertEquals(500, timed.get("keys").asInt());
            assertEquals(1, timed.get("threads").asInt());
            assertEquals(Peak.vectorBits(), timed.get("vector_bits").asInt());
            assertFalse(timed.get("cpu").asText().isBlank(), timed.toString());
            assertTrue(timed.get("jdk").asText().startsWith(Runtime.version().toString()), timed.toString());
            assertFalse(timed.has("scaling"), timed.toString());
        }
        assertEquals("d=16 dense", cases.get(0).get("case").asText());
        assertEquals("dense", cases.get(0).get("mask").asText());
        assertEquals("d=16 causal", cases.get(1).get("case").asText());
        assertEquals("causal", cases.get(1).get("mask").asText());
    }

    @Test
    void everyMaskAndScoreIsTimedAndComparedWithDense() throws IOException {
        List<JsonNode> cases = json(bench(
                "--widths",
                "16",
                "--n",
                "600",
                "--masks",
                "dense,window,documents,global,blocks,strided,bigbird,function",
                "--scores",
                "plain,softcap,alibi,t5,sinks,function",
                "--json"));
        assertEquals(48, cases.size());
        for (JsonNode timed : cases) {
            assertTrue(timed.get("of_dense").asDouble() > 0, timed.toString());
        }
        assertEquals(1, cases.get(0).get("of_dense").asDouble());
        assertEquals("d=16 window softcap", cases.get(7).get("case").asText());
    }

    @Test
    void twoThreadsAreComparedWithOne() throws IOException {
        JsonNode timed = json(bench("--widths", "16", "--masks", "dense", "--n", "500", "--threads", "2", "--json"))
                .get(0);
        assertEquals(2, timed.get("threads").asInt());
        assertEquals(
                timed.get("gflops").asDouble()
                        / timed.get("gflops_of_one_thread").asDouble(),
                timed.get("scaling").asDouble(),
                1e-12);
        List<String> lines = bench("--widths", "16", "--masks", "dense", "--n", "500", "--threads", "2");
        assertTrue(lines.get(1).endsWith("1 thread  scaling"), lines.get(1));
        assertEquals(lines.get(1).length(), lines.get(2).length(), lines.get(2));
    }

    @Test
    void aFewQueriesOverManyKeysAreCasesOfTheirOwn() throws IOException {
        List<JsonNode> cases =
                json(bench("--widths", "16", "--masks", "causal", "--n", "1600", "--queries", "1,64", "--json"));
        assertEquals("d=16 causal q=1", cases.get(0).get("case").asText());
        assertEquals("d=16 causal q=64", cases.get(1).get("case").asText());
        assertEquals(64, cases.get(1).get("queries").asInt());
        assertEquals(1600, cases.get(1).get("keys").asInt());
    }
}
