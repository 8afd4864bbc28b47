package foco.driver.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.Attention;
import foco.driver.AttentionResult;
import foco.kernels.AttentionSpec;
import foco.kernels.dense.RotaryEmbedding;
import foco.kernels.mask.Mask;
import foco.testing.SparkTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@SparkTest
class ScaledDotProductAttentionTest {

    private static final Map<String, Integer> WIDTHS = Map.of("q", 16, "k", 8, "v", 12);

    @TempDir
    private Path folder;

    private static ScaledDotProductAttention stage() {
        return new ScaledDotProductAttention()
                .setQueryCol("q")
                .setKeyCol("k")
                .setValueCol("v")
                .setPositionCol("place")
                .setSequenceCol("sequence")
                .setOutputCol("out")
                .setSpec("heads 4, rotary, causal and window(9, 0)");
    }

    private static Dataset<Row> tokens(SparkSession spark, String kind) {
        return StageTables.tokens(spark, kind, WIDTHS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"vector", "array<float>", "array<double>"})
    void outputsAreTheLibrarysOfTheSameKindBesideAllOtherColumns(String kind, SparkSession spark) {
        Dataset<Row> tokens = tokens(spark, kind);
        Dataset<Row> out = stage().setLogSumExpCol("lse").transform(tokens);
        assertEquals(tokens.schema().fields().length + 2, out.schema().fields().length);
        assertEquals(
                tokens.schema().apply("v").dataType().simpleString(),
                out.schema().apply("out").dataType().simpleString());
        assertEquals(
                stage().setLogSumExpCol("lse").transformSchema(tokens.schema()).simpleString(),
                out.schema().simpleString());
        assertEquals(47, out.select("note").distinct().count());
        AttentionSpec spec = AttentionSpec.of(4, 4)
                .withKeyValueHeads(2)
                .withValueWidth(6)
                .withMask(Mask.causal().and(Mask.window(9, 0)));
        Dataset<Row> plain =
                tokens.withColumnsRenamed(Map.of("q", "query", "k", "key", "v", "value", "place", "position"));
        try (AttentionResult result =
                Attention.of(spec).withRotary(RotaryEmbedding.of(4)).attend(plain)) {
            Dataset<Row> rows = result.rows();
            StageTables.assertSameBits(
                    StageTables.vectors(rows, "output", "sequence", "position"),
                    StageTables.vectors(out, "out", "sequence", "place"));
            StageTables.assertSameBits(
                    StageTables.vectors(rows, "lse", "sequence", "position"),
                    StageTables.vectors(out, "lse", "sequence", "place"));
        }
    }

    @Test
    void withoutASequenceColumnThereIsOneSequence(SparkSession spark) {
        Dataset<Row> one = tokens(spark, "array<float>").where("sequence = 'b'");
        ScaledDotProductAttention alone = stage();
        alone.clear(alone.sequenceCol());
        StageTables.assertSameBits(
                StageTables.vectors(stage().transform(one), "out", "place"),
                StageTables.vectors(alone.transform(one), "out", "place"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "queryCol=x|there is no column x; set queryCol to one of sequence, place, note, k, q, v",
                "keyCol=note|column note is string, and keyCol takes a vector, array<float> or array<double>; convert it, or set keyCol to another",
                "positionCol=note|column note is string, and positionCol takes whole numbers; cast it to bigint",
                "sequenceCol=q|column q is array<float>, and sequenceCol takes numbers, strings or dates",
                "outputCol=NOTE|there is a column NOTE already; drop it, or set outputCol to another name",
            })
    void aSchemaThatDoesNotFitIsRefusedBeforeAnyJob(String setting, String message, SparkSession spark) {
        String[] pair = setting.split("=");
        ScaledDotProductAttention stage = stage();
        stage.set(pair[0], pair[1]);
        Dataset<Row> tokens = tokens(spark, "array<float>");
        StageTables.assertRefused(
                "ScaledDotProductAttention " + stage.uid() + ": " + message,
                () -> stage.transformSchema(tokens.schema()));
        StageTables.assertRefused(message, () -> stage.transform(tokens));
    }

    @Test
    void whatDoesNotFitTheVectorsIsRefused(SparkSession spark) {
        StageTables.assertRefused(
                "The query vectors have 16 numbers, which 3 heads do not divide",
                () -> stage().setSpec("heads 3").transform(tokens(spark, "array<float>")));
        StageTables.assertRefused(
                "In the spec, at character 10, \"cuasal\": cuasal is not known here",
                () -> stage().setSpec("heads 4, cuasal"));
    }

    @Test
    void aStageIsDocumentedCopiedSavedAndLoaded(SparkSession spark) throws IOException {
        ScaledDotProductAttention stage = stage();
        StageTables.assertParams(stage);
        assertTrue(stage.explainParams().contains("spec: which attention it is"), stage.explainParams());
        String path = folder.resolve("stage").toString();
        stage.save(path);
        ScaledDotProductAttention loaded = ScaledDotProductAttention.load(path);
        assertEquals(stage.uid(), loaded.uid());
        assertEquals(stage.explainParams(), loaded.explainParams());
        assertFalse(loaded.isSet(loaded.logSumExpCol()));
        stage.write().overwrite().save(path);
    }

    @Test
    void aStageOfAnotherVersionSaysSo() throws IOException {
        Path path = folder.resolve("stage");
        stage().save(path.toString());
        Path version = path.resolve("foco-version");
        String current = Files.readString(version);
        assertTrue(current.matches("\\d+\\.\\d+.*"), current);
        Files.delete(path.resolve(".foco-version.crc"));
        Files.writeString(version, "9.9.9");
        List<String> log = CapturedLog.of("foco.driver.ml", () -> ScaledDotProductAttention.load(path.toString()));
        assertEquals(
                List.of(
                        "The stage in %s was saved by Foco 9.9.9, and this is Foco %s: look whether its params still say what you want."
                                .formatted(path, current)),
                log);
        rename(path, "\"queryCol\"", "\"futureCol\"");
        StageTables.assertRefused(
                "was saved by Foco 9.9.9, and this is Foco %s, which cannot load it:".formatted(current),
                () -> ScaledDotProductAttention.load(path.toString()));
    }

    /** Has the saved params be those of a stage that this version does not know. */
    private static void rename(Path path, String from, String to) throws IOException {
        try (var files = Files.list(path.resolve("metadata"))) {
            for (Path file : files.toList()) {
                if (file.getFileName().toString().startsWith("part-")) {
                    Files.writeString(file, Files.readString(file).replace(from, to));
                } else if (file.getFileName().toString().startsWith(".part-")) {
                    Files.delete(file);
                }
            }
        }
    }

    @Test
    void paramsAreSparkMls() {
        List<String> names =
                Arrays.stream(stage().params()).map(param -> param.name()).toList();
        assertEquals(
                List.of(
                        "keyCol",
                        "logSumExpCol",
                        "outputCol",
                        "positionCol",
                        "queryCol",
                        "rotaryPositionCol",
                        "sequenceCol",
                        "spec",
                        "valueCol"),
                names);
    }
}
