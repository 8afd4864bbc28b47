package foco.bench;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Set;

/** ONNX Runtime on one of {@link OnnxGraph}'s graphs. Writes where it is told to. */
final class OnnxRuntimePeer implements Peer {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final Map<String, OnnxTensor> inputs;
    private final FloatBuffer written;
    private final OnnxTensor output;

    OnnxRuntimePeer(Tokens tokens, ModelProto model, int threads) throws OrtException {
        Shape shape = tokens.shape();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            // Memory is kept from call to call, in one piece where sizes are known.
            options.setCPUArenaAllocator(true);
            options.setMemoryPatternOptimization(true);
            session = environment.createSession(model.toByteArray(), options);
        }
        inputs = Map.of(
                "query", tensor(buffer(tokens.query()), shape.queries(), shape),
                "key", tensor(buffer(tokens.key()), shape.keys(), shape),
                "value", tensor(buffer(tokens.value()), shape.keys(), shape));
        written = buffer(new float[tokens.query().length]);
        output = tensor(written, shape.queries(), shape);
    }

    private static FloatBuffer buffer(float[] values) {
        FloatBuffer buffer = ByteBuffer.allocateDirect(4 * values.length)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        return buffer.put(values).rewind();
    }

    private OnnxTensor tensor(FloatBuffer values, int rows, Shape shape) throws OrtException {
        return OnnxTensor.createTensor(environment, values, new long[] {1, rows, shape.rowWidth()});
    }

    @Override
    public void run() throws OrtException {
        session.run(inputs, Set.of(), Map.of("output", output)).close();
    }

    @Override
    public float[] output() {
        float[] values = new float[written.capacity()];
        written.duplicate().rewind().get(values);
        return values;
    }

    @Override
    public void close() throws OrtException {
        inputs.values().forEach(OnnxTensor::close);
        output.close();
        session.close();
    }
}
