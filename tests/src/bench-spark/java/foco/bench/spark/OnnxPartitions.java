package foco.bench.spark;

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
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * A partition holds a sequence, and ONNX Runtime runs a model on it: its own operator {@code MultiHeadAttention}, which never
 * holds all scores, on all cores.
 */
final class OnnxPartitions implements Way {

    private static final List<String> INPUTS = List.of("query", "key", "value");
    private static final String OUTPUT = "output";

    @Override
    public Dataset<Row> attend(Dataset<Row> tokens, Size size) {
        int count = size.tokens();
        byte[] model = model().toByteArray();
        return tokens.repartition(1)
                .sortWithinPartitions("position")
                .mapPartitions(
                        (MapPartitionsFunction<Row, Row>) rows -> attention(model, rows, count),
                        Encoders.row(TokenTable.OUTPUT));
    }

    private static Iterator<Row> attention(byte[] model, Iterator<Row> rows, int count) throws OrtException {
        List<FloatBuffer> columns =
                INPUTS.stream().map(name -> buffer(count * Size.ROW_WIDTH)).toList();
        while (rows.hasNext()) {
            Row row = rows.next();
            for (int c = 0; c < columns.size(); c++) {
                columns.get(c).put(TokenTable.floats(row, 1 + c));
            }
        }
        FloatBuffer output = buffer(count * Size.ROW_WIDTH);
        run(model, columns, output, count);
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    float[] vector = new float[Size.ROW_WIDTH];
                    output.get(i * Size.ROW_WIDTH, vector);
                    return RowFactory.create((long) i, vector);
                })
                .iterator();
    }

    private static void run(byte[] model, List<FloatBuffer> columns, FloatBuffer output, int count)
            throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        long[] shape = {1, count, Size.ROW_WIDTH};
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            try (OrtSession session = environment.createSession(model, options);
                    OnnxTensor query = tensor(environment, columns.get(0), shape);
                    OnnxTensor key = tensor(environment, columns.get(1), shape);
                    OnnxTensor value = tensor(environment, columns.get(2), shape);
                    OnnxTensor result = tensor(environment, output, shape)) {
                session.run(Map.of("query", query, "key", key, "value", value), Set.of(), Map.of(OUTPUT, result))
                        .close();
            }
        }
    }

    private static OnnxTensor tensor(OrtEnvironment environment, FloatBuffer values, long... shape)
            throws OrtException {
        return OnnxTensor.createTensor(environment, values.rewind(), shape);
    }

    private static FloatBuffer buffer(int numbers) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(Float.BYTES, numbers))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    private static ModelProto model() {
        String domain = "com.microsoft";
        NodeProto attention = NodeProto.newBuilder()
                .setOpType("MultiHeadAttention")
                .setDomain(domain)
                .addAllInput(INPUTS)
                .addOutput(OUTPUT)
                .addAttribute(AttributeProto.newBuilder()
                        .setName("num_heads")
                        .setType(AttributeProto.AttributeType.INT)
                        .setI(Size.HEADS))
                .build();
        GraphProto.Builder graph =
                GraphProto.newBuilder().setName("attention").addNode(attention).addOutput(tokens(OUTPUT));
        INPUTS.forEach(name -> graph.addInput(tokens(name)));
        return ModelProto.newBuilder()
                .setIrVersion(11)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(23))
                .addOpsetImport(
                        OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(1))
                .setGraph(graph)
                .build();
    }

    private static ValueInfoProto tokens(String name) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder()
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(1))
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("tokens"))
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(Size.ROW_WIDTH));
        TypeProto.Tensor floats = TypeProto.Tensor.newBuilder()
                .setElemType(TensorProto.DataType.FLOAT_VALUE)
                .setShape(shape)
                .build();
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(floats))
                .build();
    }
}
