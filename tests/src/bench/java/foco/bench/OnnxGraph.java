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

/**
 * ONNX Runtime's operators of attention, each alone in a graph from "query", "key" and "value" to "output", all of them
 * {@code [1, rows, heads * width]}.
 */
final class OnnxGraph {
    /** Of ONNX Runtime's own operators. */
    private static final String OWN = "com.microsoft";

    private OnnxGraph() {}

    /** ONNX Runtime's own operator; dense, it never holds all scores. */
    static ModelProto multiHeadAttention(Shape shape) {
        NodeProto.Builder node = node("MultiHeadAttention", OWN).addAttribute(integer("num_heads", Shape.HEADS));
        if (shape.causal()) {
            node.addAttribute(integer("unidirectional", 1));
        }
        return model(graph(shape).addNode(node));
    }

    /** The operator of the ONNX standard, from its operator set 23 on. */
    static ModelProto attention(Shape shape) {
        NodeProto.Builder node = node("Attention", "")
                .addAttribute(integer("q_num_heads", Shape.HEADS))
                .addAttribute(integer("kv_num_heads", Shape.HEADS));
        if (shape.causal()) {
            node.addAttribute(integer("is_causal", 1));
        }
        return model(graph(shape).addNode(node));
    }

    /**
     * ONNX Runtime's own operator for decoders, here without a past: it never holds all scores and skips what the causal
     * mask hides.
     *
     * @throws IllegalArgumentException if the shape is not causal
     */
    static ModelProto groupQueryAttention(Shape shape) {
        if (!shape.causal()) {
            throw new IllegalArgumentException("GroupQueryAttention is causal, \"%s\" is not".formatted(shape.name()));
        }
        NodeProto.Builder node = node("GroupQueryAttention", OWN)
                .addInput("") // no past keys
                .addInput("") // and values
                .addInput("last_key")
                .addInput("keys")
                .addOutput("present_key")
                .addOutput("present_value")
                .addAttribute(integer("num_heads", Shape.HEADS))
                .addAttribute(integer("kv_num_heads", Shape.HEADS));
        TensorProto.Builder lastKey = int32("last_key", shape.keys() - 1).addDims(1);
        return model(graph(shape).addNode(node).addInitializer(lastKey).addInitializer(int32("keys", shape.keys())));
    }

    private static NodeProto.Builder node(String operator, String domain) {
        return NodeProto.newBuilder()
                .setOpType(operator)
                .setDomain(domain)
                .addInput("query")
                .addInput("key")
                .addInput("value")
                .addOutput("output");
    }

    private static GraphProto.Builder graph(Shape shape) {
        return GraphProto.newBuilder()
                .setName("attention")
                .addInput(value("query", shape.queries(), shape))
                .addInput(value("key", shape.keys(), shape))
                .addInput(value("value", shape.keys(), shape))
                .addOutput(value("output", shape.queries(), shape));
    }

    private static ModelProto model(GraphProto.Builder graph) {
        return ModelProto.newBuilder()
                .setIrVersion(11)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(23))
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(OWN).setVersion(1))
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

    /** A constant; a scalar unless dimensions are added. */
    private static TensorProto.Builder int32(String name, int number) {
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.INT32_VALUE)
                .addInt32Data(number);
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
}
