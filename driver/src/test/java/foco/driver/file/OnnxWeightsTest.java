package foco.driver.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import foco.driver.block.InvalidInputException;
import foco.driver.file.OnnxWeights.Tensor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class OnnxWeightsTest {

    @Test
    void readsBothFormsOfATensor() throws IOException {
        byte[] raw = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(1.5f)
                .putFloat(-2)
                .array();
        OnnxWeights weights = weights(
                floats("listed", List.of(2L, 2L)).addAllFloatData(List.of(1f, 2f, 3f, 4f)),
                floats("raw", List.of(2L)).setRawData(ByteString.copyFrom(raw)));
        assertArrayEquals(new float[] {1.5f, -2}, weights.tensor("raw").values());
        assertEquals(List.of(2L, 2L), weights.tensor("listed").shape());
        assertArrayEquals(new float[] {1, 2, 3, 4}, weights.tensor("listed").values());
    }

    @Test
    void findsTheNamelessMatrixOfANamedProduct() throws IOException {
        OnnxWeights weights = weights(floats("onnx::MatMul_787", List.of(1L)).addFloatData(9));
        assertArrayEquals(new float[] {9}, weights.factor("/query/MatMul").values());
    }

    @Test
    void namesWhatIsNearAMissingName() {
        assertMessage(
                "model.onnx has no tensor named layer.0.query.weight; nearest are layer.0.query.bias, layer.0.key.bias, other",
                () -> weights(
                                floats("other", List.of(0L)),
                                floats("layer.0.key.bias", List.of(0L)),
                                floats("layer.0.query.bias", List.of(0L)))
                        .tensor("layer.0.query.weight"));
        assertMessage(
                "model.onnx has no matrix product named /key/MatMul; nearest are /query/MatMul, /scores/MatMul",
                () -> weights(floats("a", List.of(0L))).factor("/key/MatMul"));
    }

    @Test
    void refusesWhatItCannotReadByName() {
        assertMessage(
                "model.onnx: tensor ids is of type INT64, and only FLOAT is read; export it in float32",
                () -> weights(floats("ids", List.of(1L)).setDataType(TensorProto.DataType.INT64_VALUE))
                        .tensor("ids"));
        assertMessage("model.onnx: tensor far lies in another file; export the model as one file", () -> weights(
                        floats("far", List.of(1L)).setDataLocation(TensorProto.DataLocation.EXTERNAL))
                .tensor("far"));
        assertMessage(
                "model.onnx: tensor short has shape [3] but 1 values; fetch the file again",
                () -> weights(floats("short", List.of(3L)).addFloatData(1)).tensor("short"));
        assertMessage(
                "model.onnx: the matrix product /scores/MatMul has no constant matrix on its right; keys is computed"
                        + " when the model runs",
                () -> weights(floats("a", List.of(0L))).factor("/scores/MatMul"));
    }

    @Test
    void refusesFilesThatAreNoModel() {
        byte[] text = "PK\3\4, and not ONNX at all".getBytes();
        String message =
                assertThrows(InvalidInputException.class, () -> read(text)).getMessage();
        assertTrue(message.startsWith("model.onnx is no ONNX model"), message);
        assertMessage(
                "model.onnx is no ONNX model with weights; give one that was exported whole", () -> read(new byte[0]));
        byte[] cut = Arrays.copyOf(model(floats("a", List.of(1L)).addFloatData(1)), 20);
        message = assertThrows(InvalidInputException.class, () -> read(cut)).getMessage();
        assertTrue(message.contains("cut short"), message);
    }

    @Test
    void readsMiniLm() throws IOException {
        OnnxWeights weights;
        try (InputStream in = getClass().getResourceAsStream("/all-minilm-l6-v2.onnx")) {
            weights = OnnxWeights.read(in, "all-minilm-l6-v2.onnx");
        }
        assertEquals(
                List.of(30522L, 384L),
                weights.tensor("embeddings.word_embeddings.weight").shape());
        for (int layer = 0; layer < 6; layer++) {
            for (String part : List.of("self/query", "self/key", "self/value", "output/dense")) {
                Tensor matrix = weights.factor("/encoder/layer.%d/attention/%s/MatMul".formatted(layer, part));
                assertEquals(List.of(384L, 384L), matrix.shape());
                assertEquals(384 * 384, matrix.values().length);
            }
        }
        String message = assertThrows(
                        InvalidInputException.class,
                        () -> weights.tensor("encoder.layer.0.attention.self.query.weight"))
                .getMessage();
        assertTrue(message.contains("nearest are encoder.layer.0.attention.self.query.bias"), message);
    }

    private static TensorProto.Builder floats(String name, List<Long> shape) {
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .addAllDims(shape);
    }

    private static byte[] model(TensorProto.Builder... tensors) {
        GraphProto.Builder graph = GraphProto.newBuilder()
                .addNode(product("/query/MatMul", "x", "onnx::MatMul_787"))
                .addNode(product("/scores/MatMul", "queries", "keys"));
        Arrays.stream(tensors).forEach(graph::addInitializer);
        return ModelProto.newBuilder().setIrVersion(6).setGraph(graph).build().toByteArray();
    }

    private static NodeProto product(String name, String left, String right) {
        return NodeProto.newBuilder()
                .setOpType("MatMul")
                .setName(name)
                .addInput(left)
                .addInput(right)
                .addOutput(name + "_output")
                .build();
    }

    private static OnnxWeights weights(TensorProto.Builder... tensors) throws IOException {
        return read(model(tensors));
    }

    private static OnnxWeights read(byte[] bytes) throws IOException {
        return OnnxWeights.read(new ByteArrayInputStream(bytes), "model.onnx");
    }

    private static void assertMessage(String expected, Executable executable) {
        assertEquals(
                expected, assertThrows(InvalidInputException.class, executable).getMessage());
    }
}
