package foco.driver.ml;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.MLWriter;

/** Saves a stage: its params as Spark saves them, what else it holds, and which version of Foco it is. */
final class StageWriter extends MLWriter {

    private final FocoStage stage;
    private final MLWriter params;

    StageWriter(FocoStage stage, MLWriter params) {
        this.stage = stage;
        this.params = params;
    }

    @Override
    public void saveImpl(String name) {
        try {
            params.session(sparkSession()).save(name);
            Configuration hadoop = sparkSession().sparkContext().hadoopConfiguration();
            Path folder = new Path(name);
            stage.saveData(folder, hadoop);
            Path version = new Path(folder, StageVersion.FILE);
            try (OutputStream out = version.getFileSystem(hadoop).create(version)) {
                out.write(StageVersion.CURRENT.getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
