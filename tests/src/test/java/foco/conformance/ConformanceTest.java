package foco.conformance;

import static org.junit.jupiter.api.Assertions.fail;

import foco.testing.SparkTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The ONNX operators {@code Attention} and {@code RotaryEmbedding} by the vectors of others: each folder with a
 * {@code case.json} in the resources' {@code conformance}, and in a folder that the system property
 * {@code foco.conformance} names, is a test, which goes the way of a user: files, DataFrame, attention, rows. Nothing is
 * decided by a case's name, and no case is left out.
 */
@SparkTest
class ConformanceTest {

    @TestFactory
    Stream<DynamicTest> cases(SparkSession spark) throws IOException {
        return CaseFolders.descriptions().stream()
                .map(file -> DynamicTest.dynamicTest(name(file), file.toUri(), () -> check(file, spark)));
    }

    private static String name(Path description) {
        Path folder = description.getParent();
        return folder.getParent().getFileName() + "/" + folder.getFileName();
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
