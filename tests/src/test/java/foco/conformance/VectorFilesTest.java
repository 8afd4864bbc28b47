package foco.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import foco.driver.file.ArrayFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

/** Files that NumPy wrote, described by a case.json beside them. */
class VectorFilesTest {
    /** Some cases spell a type by NumPy's code, others by its name. */
    private static final Map<String, String> NAMES =
            Map.of("<f2", "float16", "<f4", "float32", "<f8", "float64", "<i4", "int32", "<i8", "int64", "|b1", "bool");

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
        ArrayFile file = ArrayFile.open(path.toString(), HADOOP);
        List<Long> shape = new ArrayList<>();
        array.get("shape").forEach(length -> shape.add(length.asLong()));
        assertEquals(shape, file.header().shape(), path.toString());
        String due = array.get("dtype").asText();
        assertEquals(NAMES.getOrDefault(due, due), file.header().type().numpyName(), path + " " + array);
    }
}
