package foco.jobs.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

/** Files that NumPy wrote, described by a case.json beside them. */
class ConformanceVectorsTest {
    private static final Configuration HADOOP = new Configuration();
    private static final Path VECTORS = Path.of(System.getProperty("foco.conformance", "../../shared/conformance"));

    @Test
    void everyArrayHasTheTypeAndShapeThatItsCaseTells() throws IOException {
        assumeTrue(Files.isDirectory(VECTORS), "no conformance vectors at " + VECTORS.toAbsolutePath());
        List<Path> cases;
        try (Stream<Path> files = Files.walk(VECTORS)) {
            cases = files.filter(file -> file.endsWith("case.json")).toList();
        }
        assumeTrue(!cases.isEmpty(), "no cases in " + VECTORS.toAbsolutePath());
        for (Path description : cases) {
            JsonNode root = new ObjectMapper().readTree(description.toFile());
            for (String side : List.of("inputs", "outputs")) {
                for (JsonNode array : root.get(side)) {
                    check(description.resolveSibling(array.get("file").asText()), array);
                }
            }
        }
    }

    private static void check(Path path, JsonNode array) throws IOException {
        NpyFile file = NpyFile.open(path.toString(), HADOOP);
        List<Long> shape = new ArrayList<>();
        array.get("shape").forEach(length -> shape.add(length.asLong()));
        assertEquals(shape, file.header().shape(), path.toString());
        // Some cases spell the type <f4, others float32.
        NpyType type = file.header().type();
        List<String> spellings = List.of(type.descr(), type.numpyName());
        assertTrue(spellings.contains(array.get("dtype").asText()), path + " " + array + " is " + spellings);
    }
}
