package foco.conformance;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import foco.testing.SparkTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The ONNX operators {@code Attention} and {@code RotaryEmbedding} by the vectors of others: each folder with a
 * {@code case.json} under the system property {@code foco.conformance} is a test, which goes the way of a user: files,
 * DataFrame, attention, rows. Nothing is decided by a case's name, and no case is left out.
 */
@SparkTest
class ConformanceTest {

    private static final Path VECTORS = Path.of(System.getProperty("foco.conformance", "../../shared/conformance"));

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
        assertFalse(cases.isEmpty(), "no case.json under " + VECTORS.toAbsolutePath());
        return cases.stream()
                .map(file -> DynamicTest.dynamicTest(
                        VECTORS.relativize(file.getParent()).toString(), file.toUri(), () -> check(file, spark)));
    }

    private static void check(Path description, SparkSession spark) throws IOException {
        Vectors vectors = Vectors.read(description);
        switch (vectors.operator()) {
            case "Attention" -> new AttentionCase(vectors).check(spark);
            case "RotaryEmbedding" -> new RotaryCase(vectors).check(spark);
            default -> fail("no such operator here: " + vectors.operator());
        }
    }
}
