package foco.driver.ml;

import static org.apache.spark.sql.functions.col;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import foco.driver.AttentionResult;
import foco.driver.MultiHeadAttention;
import foco.kernels.AttentionSpec;
import foco.kernels.mask.Mask;
import foco.testing.SparkTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.apache.spark.ml.linalg.Matrices;
import org.apache.spark.ml.linalg.Matrix;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SparkTest
class MultiHeadSelfAttentionTest {

    private static final int MODEL = 10;

    @TempDir
    private Path folder;

    private static Matrix matrix(int rows, int columns, int seed) {
        Random random = new Random(seed);
        double[] values = random.doubles((long) rows * columns, -1, 1).toArray();
        return new DenseMatrix(rows, columns, values);
    }

    private static ProjectionWeights weights() {
        return new ProjectionWeights(
                Projection.of(
                        matrix(MODEL, 12, 1),
                        Vectors.dense(new Random(9).doubles(12).toArray())),
                Projection.of(matrix(MODEL, 6, 2)),
                Projection.of(matrix(MODEL, 8, 3)),
                Projection.of(matrix(16, 7, 4)));
    }

    private static MultiHeadSelfAttention stage() {
        return new MultiHeadSelfAttention()
                .setEmbeddingCol("e")
                .setPositionCol("place")
                .setSequenceCol("sequence")
                .setSpec("heads 4, causal")
                .setWeights(weights());
    }

    private static Dataset<Row> embeddings(SparkSession spark, String kind) {
        return StageTables.tokens(spark, kind, Map.of("e", MODEL));
    }

    @ParameterizedTest
    @ValueSource(strings = {"vector", "array<float>", "array<double>"})
    void contextsAreTheLibrarysOfTheSameKind(String kind, SparkSession spark) {
        Dataset<Row> embeddings = embeddings(spark, kind);
        Dataset<Row> out = stage().transform(embeddings);
        assertEquals(
                embeddings.schema().apply("e").dataType().simpleString(),
                out.schema().apply("context").dataType().simpleString());
        assertEquals(
                stage().transformSchema(embeddings.schema()).simpleString(),
                out.schema().simpleString());
        ProjectionWeights weights = weights();
        MultiHeadAttention library = MultiHeadAttention.of(
                AttentionSpec.of(4, 3).withKeyValueHeads(2).withValueWidth(4).withMask(Mask.causal()),
                weights.query().linear(),
                weights.key().linear(),
                weights.value().linear(),
                weights.output().linear());
        Dataset<Row> plain = embeddings.select(col("sequence"), col("place").as("position"), col("e").as("embedding"));
        try (AttentionResult result = library.attend(library.project(plain))) {
            StageTables.assertSameBits(
                    StageTables.vectors(library.output(result), "output", "sequence", "position"),
                    StageTables.vectors(out, "context", "sequence", "place"));
        }
    }

    @Test
    void aSavedStageKeepsItsMatrices(SparkSession spark) throws IOException {
        MultiHeadSelfAttention stage = stage();
        StageTables.assertParams(stage);
        String path = folder.resolve("stage").toString();
        stage.save(path);
        MultiHeadSelfAttention loaded = MultiHeadSelfAttention.load(path);
        assertEquals(stage.explainParams(), loaded.explainParams());
        assertArrayEquals(
                weights().query().bias(),
                loaded.getWeights().orElseThrow().query().bias());
        Dataset<Row> embeddings = embeddings(spark, "vector");
        StageTables.assertSameBits(
                StageTables.vectors(stage.transform(embeddings), "context", "note"),
                StageTables.vectors(loaded.transform(embeddings), "context", "note"));
        // What PyTorch and others read: a file of plain tensors.
        Projection read = Projection.read(path + "/weights.safetensors:key.weight", false, new Configuration());
        assertArrayEquals(weights().key().weights(), read.weights());
        Projection transposed = Projection.read(path + "/weights.safetensors:key.weight", true, new Configuration());
        assertEquals(6, transposed.inputs());
        assertEquals(read.weights()[1], transposed.weights()[MODEL]);
    }

    @Test
    void whatDoesNotFitIsRefusedBeforeAnyJob(SparkSession spark) {
        Dataset<Row> embeddings = embeddings(spark, "vector");
        StageTables.assertRefused(
                "it has no weights; call setWeights with W_Q, W_K, W_V and W_O", () -> new MultiHeadSelfAttention()
                        .setEmbeddingCol("e")
                        .setPositionCol("place")
                        .transformSchema(embeddings.schema()));
        StageTables.assertRefused(
                "The query vectors have 12 numbers, which 5 heads do not divide",
                () -> stage().setSpec("heads 5").transformSchema(embeddings.schema()));
        StageTables.assertRefused(
                "W_O's input is 15 wide, where 16 is due", () -> stage().setWeights(new ProjectionWeights(
                                weights().query(), weights().key(), weights().value(), Projection.of(matrix(15, 7, 4))))
                        .transformSchema(embeddings.schema()));
        StageTables.assertRefused(
                "there is no column embedding; set embeddingCol to one of",
                () -> stage().setEmbeddingCol("embedding").transformSchema(embeddings.schema()));
    }

    @Test
    void aMatrixIsTakenByRowsAndColumnsHoweverItIsStored() {
        Matrix byColumn = matrix(3, 2, 1);
        Matrix byRow = new DenseMatrix(3, 2, byColumn.transpose().toArray(), true);
        assertArrayEquals(
                Projection.of(byColumn).weights(), Projection.of(byRow).weights());
        assertEquals((float) byColumn.apply(2, 1), Projection.of(byColumn).weights()[5]);
        Matrix sparse = Matrices.sparse(2, 2, new int[] {0, 1, 1}, new int[] {1}, new double[] {3});
        assertArrayEquals(new float[] {0, 0, 3, 0}, Projection.of(sparse).weights());
    }
}
