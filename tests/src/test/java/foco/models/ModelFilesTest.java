package foco.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.block.InvalidInputException;
import foco.driver.file.SafetensorsWriter.Type;
import foco.driver.model.PretrainedModel;
import foco.driver.text.PositionMode;
import foco.driver.text.TokenSequence;
import foco.testing.SparkTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** MiniLM's weights in the forms that users have, and what is refused of them. */
@SparkTest
class ModelFilesTest {

    /** Rounding 11 bits of every weight, over six layers, moves the largest number by this share of it at most. */
    private static final double OF_FLOAT16 = 1e-2;

    private static final Map<String, Object> CONFIG = Map.of(
            "model_type", "bert",
            "vocab_size", 30_522,
            "max_position_embeddings", 512,
            "type_vocab_size", 2,
            "hidden_size", 384,
            "num_hidden_layers", 6,
            "num_attention_heads", 12,
            "intermediate_size", 1536,
            "hidden_act", "gelu",
            "layer_norm_eps", 1e-12);

    private static PretrainedModel onnx;
    private static List<TokenSequence> sequences;
    private static float[] expected;

    @BeforeAll
    static void open(SparkSession spark) throws IOException {
        onnx = PretrainedModel.open(PretrainedModel.MINILM, new Configuration(false));
        sequences = Encoded.sequences(onnx, PositionMode.REFUSE, List.of("The spring of the clock broke in spring."));
        expected = last(spark.sparkContext(), onnx);
    }

    @AfterAll
    static void letGo() {
        onnx = null;
    }

    @Test
    void aFolderOfOneFileGivesWhatTheOnnxFileGives(SparkSession spark, @TempDir Path folder) throws IOException {
        HuggingFaceFolder written = folder(folder, 1, Type.F32, CONFIG);
        assertArrayEquals(expected, last(spark.sparkContext(), open(written)));
    }

    @Test
    void soDoesOneOfThreeShardsWithThePrefixOfATrainedHead(SparkSession spark, @TempDir Path folder)
            throws IOException {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        onnx.transformer().tensors().shapes().forEach((name, shape) -> shapes.put("bert." + name, shape));
        HuggingFaceFolder written = new HuggingFaceFolder(folder)
                .config(CONFIG)
                .tokenizer(onnx.tokenizerJson())
                .weights(shapes, 3, Type.F32, name -> onnx.weights().tensor(name.substring("bert.".length())));
        assertArrayEquals(expected, last(spark.sparkContext(), open(written)));
    }

    @Test
    void aFolderOfFloat16GivesItWithinItsRounding(SparkSession spark, @TempDir Path folder) throws IOException {
        HuggingFaceFolder written = folder(folder, 1, Type.F16, CONFIG);
        Encoded.assertClose(OF_FLOAT16, "float16", expected, last(spark.sparkContext(), open(written)));
    }

    @Test
    void whatDoesNotGoTogetherIsRefusedByName(@TempDir Path folder) throws IOException {
        HuggingFaceFolder written = folder(folder, 1, Type.F16, CONFIG);
        assertRefused(written, Map.of("model_type", "mamba"), "models of type mamba are not supported");
        assertRefused(written, Map.of("num_hidden_layers", 7), "no tensor encoder.layer.6.attention.self.query.weight");
        assertRefused(
                written,
                Map.of("intermediate_size", 1537),
                "is [1536, 384], where the model's configuration asks for [1537, 384]");
        assertRefused(
                written, Map.of("num_attention_heads", 7), "num_attention_heads is 7, where Foco takes a divisor");
        assertRefused(written, Map.of("hidden_act", "mish"), "hidden_act is \"mish\", where Foco takes one of gelu");
        assertRefused(
                written, Map.of("hidden_size", "wide"), "hidden_size is \"wide\", where Foco takes a whole number");
        assertRefused(written, Map.of("position_embedding_type", "relative_key"), "where Foco takes \"absolute\"");
        String larger = new String(onnx.tokenizerJson(), StandardCharsets.UTF_8)
                .replace("\"[PAD]\": 0,", "\"[PAD]\": 0, \"onemore\": 30522,");
        written.config(CONFIG).tokenizer(larger.getBytes(StandardCharsets.UTF_8));
        String message =
                assertThrows(InvalidInputException.class, () -> open(written)).getMessage();
        assertTrue(message.contains("gives ids up to 30,522, and the model knows 30,522 words"), message);
    }

    private static void assertRefused(HuggingFaceFolder folder, Map<String, Object> changed, String told)
            throws IOException {
        Map<String, Object> config = new HashMap<>(CONFIG);
        config.putAll(changed);
        folder.config(config);
        String message =
                assertThrows(InvalidInputException.class, () -> open(folder)).getMessage();
        assertTrue(message.contains(told), message);
        assertEquals(1, message.lines().count(), message);
    }

    private static HuggingFaceFolder folder(Path folder, int shards, Type type, Map<String, Object> config)
            throws IOException {
        return new HuggingFaceFolder(folder)
                .config(config)
                .tokenizer(onnx.tokenizerJson())
                .weights(onnx.transformer().tensors().shapes(), shards, type, onnx.weights()::tensor);
    }

    private static PretrainedModel open(HuggingFaceFolder folder) throws IOException {
        return PretrainedModel.open(folder.name(), new Configuration(false));
    }

    private static float[] last(SparkContext spark, PretrainedModel model) {
        return Encoded.last(spark, model, sequences, Map.of())[0];
    }
}
