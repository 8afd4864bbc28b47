package foco.driver.ml;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.DefaultParamsReadable;
import org.apache.spark.ml.util.MLReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads a stage that {@link StageWriter} saved. Where another version of Foco saved it, the log says so, and so does the
 * message if it cannot be loaded.
 */
final class StageReader<T extends FocoStage> extends MLReader<T> {

    private static final Logger LOG = LoggerFactory.getLogger(StageReader.class);

    @Override
    public T load(String name) {
        Configuration hadoop = sparkSession().sparkContext().hadoopConfiguration();
        Path folder = new Path(name);
        try {
            Optional<String> other =
                    StageVersion.of(folder, hadoop).filter(saved -> !saved.equals(StageVersion.CURRENT));
            other.ifPresent(saved -> LOG.warn(
                    "The stage in {} was saved by Foco {}, and this is Foco {}: look whether its params still say what you want.",
                    name,
                    saved,
                    StageVersion.CURRENT));
            return load(name, folder, hadoop, other);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private T load(String name, Path folder, Configuration hadoop, Optional<String> other) throws IOException {
        try {
            T stage = new DefaultParamsReadable<T>() {}.read()
                    .session(sparkSession())
                    .load(name);
            stage.loadData(folder, hadoop);
            return stage;
        } catch (RuntimeException | IOException e) {
            if (other.isEmpty()) {
                throw e;
            }
            throw new IllegalArgumentException(
                    "The stage in %s was saved by Foco %s, and this is Foco %s, which cannot load it: %s"
                            .formatted(name, other.get(), StageVersion.CURRENT, e.getMessage()),
                    e);
        }
    }
}
