package foco.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import foco.testing.SparkTest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** {@code foco bench spark} on so few tokens that its rates mean nothing; how they hang together is what is tested. */
@SparkTest
class BenchSparkTest {

    private static String bench(String... options) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> arguments = new ArrayList<>(List.of("bench", "spark", "--heads", "2", "--seconds", "0.02"));
        arguments.addAll(List.of(options));
        int code = Foco.run(new PrintWriter(out), new PrintWriter(err), arguments.toArray(String[]::new));
        assertEquals(0, code, err.toString());
        return out.toString().strip();
    }

    private static void check(JsonNode timed, double operations) {
        assertEquals(
                operations,
                timed.get("gflops").asDouble() * timed.get("seconds").asDouble() * 1e9,
                1e-9 * operations,
                timed::toString);
        assertEquals(
                operations,
                timed.get("whole_gflops").asDouble()
                        * timed.get("whole_seconds").asDouble()
                        * 1e9,
                1e-9 * operations,
                timed::toString);
        double seconds = timed.get("seconds").asDouble();
        assertTrue(seconds > 0 && seconds < timed.get("whole_seconds").asDouble(), timed::toString);
        double kernel = timed.get("kernel_gflops").asDouble();
        assertTrue(kernel > 0, timed::toString);
        assertEquals(
                timed.get("gflops").asDouble() / kernel, timed.get("of_kernel").asDouble(), 1e-9);
        assertEquals(
                timed.get("whole_gflops").asDouble() / kernel,
                timed.get("whole_of_kernel").asDouble(),
                1e-9);
    }

    @Test
    void theAttentionPhaseIsPartOfTheWholeAndComparedWithTheKernelAlone(SparkSession spark) throws IOException {
        JsonNode timed = new ObjectMapper().readTree(bench("--tokens", "2000", "--width", "16", "--causal", "--json"));
        check(timed, 2 * 4.0 * 16 * 2000 * 2001 / 2);
        assertEquals("d=16 causal", timed.get("case").asText());
        assertEquals(2000, timed.get("tokens").asInt());
        assertEquals(
                spark.sparkContext().defaultParallelism(), timed.get("threads").asInt());
        assertTrue(timed.get("tasks").asInt() >= 1, timed::toString);
    }

    @Test
    void roundsOfHeadsAreAllCounted(SparkSession spark) throws IOException {
        spark.conf().set("spark.foco.broadcast.bytes", "1");
        try {
            JsonNode timed = new ObjectMapper().readTree(bench("--tokens", "1000", "--width", "16", "--json"));
            check(timed, 2 * 4.0 * 16 * 1000 * 1000);
        } finally {
            spark.conf().unset("spark.foco.broadcast.bytes");
        }
    }

    @Test
    void linesForPeopleTellTheRatesAndWhatTheyAreComparedWith(SparkSession spark) {
        String lines = bench("--tokens", "500", "--width", "8");
        assertTrue(lines.contains("500 tokens, 2 heads of width 8, dense"), lines);
        assertTrue(lines.matches("(?s).*attention +[0-9.]+ s +[0-9.]+ GFLOP/s +[0-9.]+ of the kernel alone.*"), lines);
        assertTrue(lines.matches("(?s).*kernel +[0-9.]+ GFLOP/s on as many cores.*"), lines);
    }
}
