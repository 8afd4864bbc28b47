package foco.bench;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Set;

/** ONNX Runtime's fused operator {@code com.microsoft.MultiHeadAttention}, alone in a graph. Writes where it is told to. */
final class OnnxRuntimePeer implements Peer {
    private static final String DOMAIN = "com.microsoft";

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final Map<String, OnnxTensor> inputs;
    private final FloatBuffer written;
    private final OnnxTensor output;

    OnnxRuntimePeer(Tokens tokens) throws OrtException {
        Shape shape = tokens.shape();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            session = environment.createSession(model(shape).toByteArray(), options);
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

    private static ModelProto model(Shape shape) {
        NodeProto.Builder attention = NodeProto.newBuilder()
                .setOpType("MultiHeadAttention")
                .setDomain(DOMAIN)
                .addInput("query")
                .addInput("key")
                .addInput("value")
                .addOutput("output")
                .addAttribute(integer("num_heads", Shape.HEADS));
        if (shape.causal()) {
            attention.addAttribute(integer("unidirectional", 1));
        }
        GraphProto graph = GraphProto.newBuilder()
                .setName("attention")
                .addNode(attention)
                .addInput(value("query", shape.queries(), shape))
                .addInput(value("key", shape.keys(), shape))
                .addInput(value("value", shape.keys(), shape))
                .addOutput(value("output", shape.queries(), shape))
                .build();
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                .addOpsetImport(
                        OperatorSetIdProto.newBuilder().setDomain(DOMAIN).setVersion(1))
                .setGraph(graph)
                .build();
    }

    private static AttributeProto integer(String name, long number) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(number)
                .build();
    }

    private static ValueInfoProto value(String name, int rows, Shape shape) {
        TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
        for (long size : new long[] {1, rows, shape.rowWidth()}) {
            dimensions.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(size));
        }
        TypeProto.Tensor floats = TypeProto.Tensor.newBuilder()
                .setElemType(TensorProto.DataType.FLOAT_VALUE)
                .setShape(dimensions)
                .build();
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(floats))
                .build();
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
