package foco.conformance;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The folders of cases: the one that the project carries, and one that the system property {@code foco.conformance} names. */
final class CaseFolders {

    private CaseFolders() {}

    /** Every {@code case.json}; a folder without any is a failure. */
    static List<Path> descriptions() throws IOException {
        List<Path> all = new ArrayList<>(descriptions(carried()));
        Optional<String> named =
                Optional.ofNullable(System.getProperty("foco.conformance")).filter(name -> !name.isBlank());
        if (named.isPresent()) {
            all.addAll(
                    descriptions(Path.of(System.getProperty("foco.home", "..")).resolve(named.get())));
        }
        return all;
    }

    private static Path carried() {
        try {
            return Path.of(CaseFolders.class.getResource("/conformance").toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Path> descriptions(Path folder) throws IOException {
        assertTrue(Files.isDirectory(folder), "no folder of conformance vectors at " + folder.toAbsolutePath());
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> found =
                    files.filter(file -> file.endsWith("case.json")).sorted().toList();
            assertFalse(found.isEmpty(), "no case.json under " + folder.toAbsolutePath());
            return found;
        }
    }
}
