package foco.driver.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;

import foco.testing.SparkTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.launcher.JavaModuleOptions;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.apache.spark.ml.linalg.Matrix;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SparkTest
class PipelineTest {

    private static final int WIDTH = 384;

    @TempDir
    private Path folder;

    @Test
    void aPipelineThatAnotherJvmLoadsGivesTheSameBits(SparkSession spark) throws Exception {
        Random random = new Random(3);
        Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {
            new DocumentEncoder().setTextCol("body").setPooling("none"),
            new MultiHeadSelfAttention()
                    .setEmbeddingCol("encoded")
                    .setSequenceCol("id")
                    .setSpec("heads 4, rotary, causal")
                    .setWeights(
                            matrix(random, WIDTH, 32),
                            matrix(random, WIDTH, 16),
                            matrix(random, WIDTH, 16),
                            matrix(random, 32, 8)),
        });
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            rows.add(RowFactory.create(i, "Text %d is about a bench, %s.".formatted(i, "and sand ".repeat(i))));
        }
        Dataset<Row> texts =
                spark.createDataFrame(rows, new StructType().add("id", "int").add("body", "string"));
        texts.write().parquet(folder.resolve("texts").toString());
        PipelineModel model = pipeline.fit(texts);
        model.save(folder.resolve("pipeline").toString());
        runElsewhere("pipeline", "texts", "out");
        Dataset<Row> elsewhere = spark.read().parquet(folder.resolve("out").toString());
        Dataset<Row> here = model.transform(texts);
        assertEquals(here.schema().simpleString(), elsewhere.schema().simpleString());
        StageTables.assertSameBits(
                StageTables.vectors(here, "context", "id", "position"),
                StageTables.vectors(elsewhere, "context", "id", "position"));
    }

    private static Matrix matrix(Random random, int rows, int columns) {
        return new DenseMatrix(
                rows, columns, random.doubles((long) rows * columns, -0.1, 0.1).toArray());
    }

    private void runElsewhere(String... names) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(JavaModuleOptions.defaultModuleOptionArray()));
        command.addAll(
                List.of("-Xmx900m", "-cp", System.getProperty("java.class.path"), LoadedPipeline.class.getName()));
        for (String name : names) {
            command.add(folder.resolve(name).toString());
        }
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertEquals(0, process.waitFor(), () -> read(log));
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
