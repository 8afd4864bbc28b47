package foco.models;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.InputStream;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** MiniLM run by ONNX Runtime, with values from inside the graph made outputs. */
final class OnnxRuntimeModel implements AutoCloseable {
    private final List<String> taps;
    private final OrtSession session;

    /** @param taps names of float values in the graph */
    OnnxRuntimeModel(List<String> taps) throws IOException, OrtException {
        this.taps = taps;
        ModelProto.Builder model;
        try (InputStream in = OnnxRuntimeModel.class.getResourceAsStream("/all-minilm-l6-v2.onnx")) {
            model = ModelProto.parseFrom(in).toBuilder();
        }
        TypeProto floats = TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(TensorProto.DataType.FLOAT_VALUE))
                .build();
        for (String tap : taps) {
            model.getGraphBuilder()
                    .addOutput(ValueInfoProto.newBuilder().setName(tap).setType(floats));
        }
        session = OrtEnvironment.getEnvironment().createSession(model.build().toByteArray());
    }

    /** The taps' values for one text, in C order. */
    Map<String, float[]> run(int[] ids) throws OrtException {
        long[] shape = {1, ids.length};
        long[] mask = new long[ids.length];
        Arrays.fill(mask, 1);
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OnnxTensor tokens = OnnxTensor.createTensor(
                        environment,
                        LongBuffer.wrap(Arrays.stream(ids).asLongStream().toArray()),
                        shape);
                OnnxTensor attended = OnnxTensor.createTensor(environment, LongBuffer.wrap(mask), shape);
                OnnxTensor types = OnnxTensor.createTensor(environment, LongBuffer.wrap(new long[ids.length]), shape);
                OrtSession.Result result =
                        session.run(Map.of("input_ids", tokens, "attention_mask", attended, "token_type_ids", types))) {
            Map<String, float[]> values = new HashMap<>();
            for (String tap : taps) {
                OnnxTensor tensor = (OnnxTensor) result.get(tap).orElseThrow();
                float[] copy = new float[tensor.getFloatBuffer().remaining()];
                tensor.getFloatBuffer().get(copy);
                values.put(tap, copy);
            }
            return values;
        }
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
