package foco.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import foco.driver.file.NpyFile;
import foco.driver.file.NpyType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

/** Files that NumPy wrote, described by a case.json beside them. */
class VectorFilesTest {
    private static final Configuration HADOOP = new Configuration();

    @Test
    void everyArrayHasTheTypeAndShapeThatItsCaseTells() throws IOException {
        for (Path description : CaseFolders.descriptions()) {
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
