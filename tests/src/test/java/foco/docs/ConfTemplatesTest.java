package foco.docs;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.settings.FocoConf;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The settings for clusters that users copy. */
class ConfTemplatesTest {

    @ParameterizedTest
    @ValueSource(strings = {"kubernetes.conf.template", "yarn.conf.template"})
    void everyLineIsExplainedAndWhatItNamesIsThere(String name) throws IOException {
        Path file = Documents.home().resolve("conf").resolve(name);
        List<String> lines = Files.readAllLines(file);
        Set<String> keys = new HashSet<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            assertTrue(line.matches("spark\\.\\S+ +\\S.*"), line);
            assertTrue(keys.add(line.split(" ")[0]), line + " is there twice");
            assertFalse(lines.get(i - 1).isBlank(), line + " follows no comment");
        }
        Properties properties = new Properties();
        properties.load(new StringReader(Files.readString(file)));
        assertEquals(keys, properties.keySet());
        Map<String, String> settings = new HashMap<>();
        properties.forEach((key, value) -> settings.put((String) key, (String) value));
        FocoConf.of(settings);
        for (String key : List.of("spark.plugins", "spark.sql.extensions")) {
            assertDoesNotThrow(() -> Class.forName(settings.get(key)));
        }
    }

    /** What Foco needs on any cluster is in all of them. */
    @ParameterizedTest
    @ValueSource(strings = {"kubernetes.conf.template", "yarn.conf.template"})
    void focosOwnDefaultsAreInEachTemplate(String name) throws IOException {
        Properties own = read("spark-defaults.conf");
        Properties template = read(name);
        own.forEach((key, value) -> assertEquals(value, template.get(key), key.toString()));
    }

    private static Properties read(String name) throws IOException {
        Properties properties = new Properties();
        properties.load(new StringReader(
                Files.readString(Documents.home().resolve("conf").resolve(name))));
        return properties;
    }
}
