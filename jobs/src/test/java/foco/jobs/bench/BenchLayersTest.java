package foco.jobs.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import foco.jobs.Foco;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code foco bench dense} and {@code foco bench analysis} on sizes so small that their figures mean nothing. */
class BenchLayersTest {

    private static List<String> bench(String arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Foco.run(new PrintWriter(out), new PrintWriter(err), ("bench " + arguments).split(" "));
        assertEquals(0, code, err.toString());
        assertEquals("", err.toString());
        return out.toString().lines().toList();
    }

    private static final String DENSE = "dense --rows 20 --turns 1 --seconds 0.001 --shapes 24x40,40x24";

    @Test
    void everyLayerAndNormIsARow() {
        List<String> lines = bench(DENSE + " --activations none,gelu --gated");
        List<String> names = lines.subList(2, lines.size()).stream()
                .map(line -> line.split("  ")[0])
                .toList();
        assertEquals(
                List.of(
                        "24x40",
                        "24x40 gelu",
                        "24x40 gated silu",
                        "40x24",
                        "40x24 gelu",
                        "40x24 gated silu",
                        "layer norm 24",
                        "RMS norm 24",
                        "layer norm 40",
                        "RMS norm 40"),
                names);
        assertTrue(lines.get(0).contains("; 1 thread; 20 rows; the best of several turns"), lines.get(0));
        assertEquals(lines.get(1).length(), lines.get(2).length(), lines.get(2));
        assertTrue(lines.get(2).contains("GFLOP/s"), lines.get(2));
    }

    @Test
    void layersAsJsonHaveTheirShareOfThePeak() throws IOException {
        JsonNode layer = new ObjectMapper().readTree(bench(DENSE + " --json").get(0));
        assertEquals("24x40", layer.get("case").asText());
        assertEquals(
                layer.get("rate").asDouble() / layer.get("peak").asDouble(),
                layer.get("of_peak").asDouble(),
                1e-12);
    }

    @Test
    void everyStatisticIsARowBesideAttention() throws IOException {
        List<String> lines = bench("analysis --widths 8 --n 900 --top 2 --turns 1");
        assertTrue(lines.get(0).contains("width 8, 900 tokens, the 2 heaviest"), lines.get(0));
        assertTrue(lines.get(2).startsWith("attention "), lines.get(2));
        assertTrue(lines.get(2).contains(" 1.000 "), lines.get(2));
        assertTrue(lines.get(lines.size() - 1).startsWith("all "), lines.get(lines.size() - 1));
        assertEquals(15, lines.size());
        List<String> json = bench("analysis --widths 8 --n 30 --top 2 --turns 1 --json");
        JsonNode all = new ObjectMapper().readTree(json.get(json.size() - 1));
        assertEquals("all", all.get("case").asText());
        assertEquals(30, all.get("n").asInt());
        assertTrue(all.get("of_attention").asDouble() > 0);
    }
}
