package foco.driver.ml;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Properties;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** The version of Foco, and that which saved a stage. */
final class StageVersion {

    /** In a saved stage's folder. */
    static final String FILE = "foco-version";

    static final String CURRENT = current();

    private StageVersion() {}

    private static String current() {
        try (InputStream in = StageVersion.class.getResourceAsStream("version.properties")) {
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** That of a saved stage; empty if it does not say one. */
    static Optional<String> of(Path folder, Configuration hadoop) throws IOException {
        Path file = new Path(folder, FILE);
        try (InputStream in = file.getFileSystem(hadoop).open(file)) {
            return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8).strip());
        } catch (FileNotFoundException e) {
            return Optional.empty();
        }
    }
}
