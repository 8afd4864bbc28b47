package foco.models;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.InputStream;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** A BERT encoder run by ONNX Runtime: the outside judge of Foco's layers. */
final class OnnxRuntimeEncoder implements AutoCloseable {

    private static final String RESULT = "last_hidden_state";

    private final OrtSession session;

    /** @param resource an {@code .onnx} file on the class path */
    OnnxRuntimeEncoder(String resource) throws IOException, OrtException {
        try (InputStream in = OnnxRuntimeEncoder.class.getResourceAsStream("/" + resource)) {
            session = OrtEnvironment.getEnvironment().createSession(in.readAllBytes());
        }
    }

    /** The last hidden states of one text, {@code [tokens, width]}. */
    float[] encode(int[] ids) throws OrtException {
        Map<String, OnnxTensor> inputs = new HashMap<>();
        long[] ones = new long[ids.length];
        Arrays.fill(ones, 1);
        try {
            inputs.put("input_ids", tensor(Arrays.stream(ids).asLongStream().toArray()));
            inputs.put("attention_mask", tensor(ones));
            inputs.put("token_type_ids", tensor(new long[ids.length]));
            try (OrtSession.Result result = session.run(inputs)) {
                OnnxTensor states = (OnnxTensor) result.get(RESULT).orElseThrow();
                float[] values = new float[states.getFloatBuffer().remaining()];
                states.getFloatBuffer().get(values);
                return values;
            }
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    private static OnnxTensor tensor(long[] values) throws OrtException {
        return OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(), LongBuffer.wrap(values), new long[] {1, values.length});
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
