package foco.driver.ml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.model.ForwardPass;
import foco.driver.model.Pooling;
import foco.driver.model.PretrainedModel;
import foco.driver.settings.FocoConf;
import foco.driver.text.Document;
import foco.driver.text.PositionMode;
import foco.driver.text.TokenSequence;
import foco.testing.SparkTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SparkTest
class DocumentEncoderTest {

    private static final List<String> TEXTS =
            List.of("A bench by the harbour.", "O banco do porto.", "A bench by the harbour.", "Sand.");

    @TempDir
    private Path folder;

    private static Dataset<Row> texts(SparkSession spark) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < TEXTS.size(); i++) {
            rows.add(RowFactory.create(i, TEXTS.get(i)));
        }
        return spark.createDataFrame(rows, new StructType().add("id", "int").add("body", "string"));
    }

    private static DocumentEncoder stage() {
        return new DocumentEncoder().setTextCol("body").setOutputKind("floats");
    }

    private static float[][] library(SparkSession spark) throws IOException {
        PretrainedModel model =
                PretrainedModel.open("minilm", spark.sparkContext().hadoopConfiguration());
        List<Document> documents =
                TEXTS.stream().map(text -> new Document(text, text)).toList();
        List<TokenSequence> sequences = model.sequences(
                documents, PositionMode.of(PositionMode.names().get(0)).orElseThrow());
        float[][][] vectors = new float[1][][];
        int layers = model.transformer().shape().layers();
        new ForwardPass(spark.sparkContext(), FocoConf.of(spark), model, sequences)
                .run(
                        Set.of(layers),
                        Set.of(),
                        (layer, hidden) -> vectors[0] = Pooling.MEAN.vectors(hidden, sequences, TEXTS.size(), true));
        return vectors[0];
    }

    @Test
    void aTextsVectorIsTheLibrarys(SparkSession spark) throws IOException {
        Dataset<Row> out = stage().setNormalize(true).transform(texts(spark));
        assertEquals(
                "struct<id:int,body:string,encoded:array<float>>", out.schema().simpleString());
        Map<String, float[]> vectors = StageTables.vectors(out, "encoded", "id");
        float[][] expected = library(spark);
        for (int i = 0; i < TEXTS.size(); i++) {
            assertArrayEquals(expected[i], vectors.get(i + " "), TEXTS.get(i));
        }
        assertEquals(
                "vector",
                new DocumentEncoder()
                        .setTextCol("body")
                        .transformSchema(texts(spark).schema())
                        .apply("encoded")
                        .dataType()
                        .simpleString());
    }

    @Test
    void withoutPoolingThereIsARowForEachToken(SparkSession spark) {
        DocumentEncoder encoder = stage().setPooling("none").setTokenCol("piece");
        Dataset<Row> out = encoder.transform(texts(spark)).cache();
        assertEquals(
                encoder.transformSchema(texts(spark).schema()).simpleString(),
                out.schema().simpleString());
        List<Row> bench = out.where("id = 0").orderBy("position").collectAsList();
        assertEquals("[CLS]", bench.get(0).getAs("piece"));
        assertEquals("bench", bench.get(2).getAs("piece"));
        assertEquals(2, (int) bench.get(2).getAs("start"));
        assertEquals(7, (int) bench.get(2).getAs("end"));
        assertEquals(bench.size(), out.where("id = 2").count(), "equal texts have equal rows");
        assertEquals(384, StageTables.vectors(out, "encoded", "id", "position").get("0 2 ").length);
    }

    @Test
    void aStageIsDocumentedCopiedSavedAndLoaded() throws IOException {
        DocumentEncoder stage = stage().setLayer(2).setNormalize(true);
        StageTables.assertParams(stage);
        stage.save(folder.resolve("stage").toString());
        DocumentEncoder loaded = DocumentEncoder.load(folder.resolve("stage").toString());
        assertEquals(stage.explainParams(), loaded.explainParams());
        assertEquals(2, loaded.getLayer());
        assertTrue(loaded.getNormalize());
    }

    @Test
    void whatCannotBeIsRefused(SparkSession spark) {
        Dataset<Row> texts = texts(spark);
        StageTables.assertRefused("column id is int, and textCol takes strings; cast it", () -> stage().setTextCol("id")
                .transformSchema(texts.schema()));
        StageTables.assertRefused(
                "normalize is of one vector for each text",
                () -> stage().setPooling("none").setNormalize(true).transformSchema(texts.schema()));
        StageTables.assertRefused("pooling", () -> stage().setPooling("max"));
        StageTables.assertRefused("layer must be -1 or more, and is -2", () -> stage().setLayer(-2));
        StageTables.assertRefused(
                "the model minilm has layers 0 to 6", () -> stage().setLayer(7).transform(texts));
        StageTables.assertRefused("a row has no body; leave it out", () -> stage().transform(
                        texts.selectExpr("id", "if(id = 1, null, body) as body")));
    }
}
