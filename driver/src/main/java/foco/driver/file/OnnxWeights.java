package foco.driver.file;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import foco.driver.block.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The weights of a model in ONNX's format (the protocol buffer {@code ModelProto} of the ONNX specification).
 *
 * <p>The file is parsed once and its bytes are held once; a tensor becomes a {@code float[]} when it is asked for. Take
 * what is wanted and let go of the object: it weighs as much as the file.
 */
public final class OnnxWeights {
    private static final int SUGGESTIONS = 3;

    private final String name;
    private final Map<String, TensorProto> initializers = new HashMap<>();
    private final Map<String, NodeProto> products = new HashMap<>();
    private final List<NodeProto> nodes;

    /**
     * A tensor of the file.
     *
     * @param shape its dimensions, outermost first
     * @param values its elements in C order, as many as the product of the dimensions
     */
    public record Tensor(List<Long> shape, float[] values) {
        /** The size of one dimension, where an array's index can hold it. */
        public int size(int dimension) {
            return Math.toIntExact(shape.get(dimension));
        }
    }

    private OnnxWeights(String name, GraphProto graph) {
        this.name = name;
        this.nodes = graph.getNodeList();
        for (TensorProto tensor : graph.getInitializerList()) {
            initializers.put(tensor.getName(), tensor);
        }
        for (NodeProto node : graph.getNodeList()) {
            if (node.getOpType().equals("MatMul")) {
                products.put(node.getName(), node);
            }
        }
    }

    /**
     * @param in the file's bytes, read to the end
     * @param name the file, as messages call it
     * @throws InvalidInputException if the bytes are not an ONNX model
     * @throws IOException if the stream fails
     */
    public static OnnxWeights read(InputStream in, String name) throws IOException {
        try {
            ModelProto model = ModelProto.parseFrom(in);
            if (model.getGraph().getInitializerCount() == 0) {
                throw new InvalidInputException(
                        name + " is no ONNX model with weights; give one that was exported whole");
            }
            return new OnnxWeights(name, model.getGraph());
        } catch (InvalidProtocolBufferException e) {
            throw new InvalidInputException(
                    name + " is no ONNX model, or is cut short (" + e.getMessage() + "); fetch it again");
        }
    }

    /** The file, as messages call it. */
    public String name() {
        return name;
    }

    /** The names of all tensors. */
    public Set<String> names() {
        return Collections.unmodifiableSet(initializers.keySet());
    }

    /** The names of the matrix products by a constant matrix on the right. */
    public Set<String> products() {
        return products.entrySet().stream()
                .filter(product -> initializers.containsKey(product.getValue().getInput(1)))
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The dimensions of a named tensor, as {@link #tensor} has them; throws as it does if there is none. */
    public List<Long> shape(String tensorName) {
        return List.copyOf(required(tensorName).getDimsList());
    }

    /** The dimensions of a product's constant matrix, as {@link #factor} has them; throws as it does if there is none. */
    public List<Long> factorShape(String productName) {
        return List.copyOf(requiredFactor(productName).getDimsList());
    }

    /** The constants of one number that the graph's nodes with names that begin so make, in the order of the nodes. */
    public double[] constants(String prefix) {
        return nodes.stream()
                .filter(node ->
                        node.getOpType().equals("Constant") && node.getName().startsWith(prefix))
                .flatMap(node -> node.getAttributeList().stream())
                .filter(AttributeProto::hasT)
                .map(AttributeProto::getT)
                .filter(tensor -> tensor.getDimsList().stream().allMatch(size -> size == 1))
                .flatMap(tensor -> number(tensor).stream())
                .mapToDouble(Double::doubleValue)
                .toArray();
    }

    private static Optional<Double> number(TensorProto tensor) {
        ByteBuffer raw = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        if (tensor.getDataType() == TensorProto.DataType.FLOAT_VALUE && raw.remaining() == Float.BYTES) {
            return Optional.of((double) raw.getFloat());
        }
        if (tensor.getDataType() == TensorProto.DataType.INT64_VALUE && raw.remaining() == Long.BYTES) {
            return Optional.of((double) raw.getLong());
        }
        return Optional.empty();
    }

    /** Whether a node with a name that begins so is of an operator, such as {@code Erf}. */
    public boolean hasOperator(String prefix, String operator) {
        return nodes.stream()
                .anyMatch(node ->
                        node.getOpType().equals(operator) && node.getName().startsWith(prefix));
    }

    /**
     * A named tensor, such as {@code encoder.layer.0.attention.self.query.bias}.
     *
     * @throws InvalidInputException if the model has no tensor of that name, or it is not of type float32
     */
    public Tensor tensor(String tensorName) {
        return decode(required(tensorName));
    }

    private TensorProto required(String tensorName) {
        TensorProto tensor = initializers.get(tensorName);
        if (tensor == null) {
            throw new InvalidInputException(missing("tensor", tensorName, initializers.keySet()));
        }
        return tensor;
    }

    /**
     * The constant right-hand matrix of a matrix product, {@code [inputs, outputs]}. Exporters give these no names of
     * their own, but name the product, such as {@code /encoder/layer.0/attention/self/query/MatMul}.
     *
     * @throws InvalidInputException if the model has no such product, or multiplies there by a value that is computed
     */
    public Tensor factor(String productName) {
        return decode(requiredFactor(productName));
    }

    private TensorProto requiredFactor(String productName) {
        NodeProto product = products.get(productName);
        if (product == null) {
            throw new InvalidInputException(missing("matrix product", productName, products.keySet()));
        }
        TensorProto factor = initializers.get(product.getInput(1));
        if (factor == null) {
            throw new InvalidInputException(
                    "%s: the matrix product %s has no constant matrix on its right; %s is computed when the model runs"
                            .formatted(name, productName, product.getInput(1)));
        }
        return factor;
    }

    private Tensor decode(TensorProto tensor) {
        if (tensor.getDataType() != TensorProto.DataType.FLOAT_VALUE) {
            throw new InvalidInputException("%s: tensor %s is of type %s, and only FLOAT is read; export it in float32"
                    .formatted(name, tensor.getName(), TensorProto.DataType.forNumber(tensor.getDataType())));
        }
        if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
            throw new InvalidInputException("%s: tensor %s lies in another file; export the model as one file"
                    .formatted(name, tensor.getName()));
        }
        float[] values = values(tensor);
        long wanted = tensor.getDimsList().stream().reduce(1L, Math::multiplyExact);
        if (values.length != wanted) {
            throw new InvalidInputException("%s: tensor %s has shape %s but %,d values; fetch the file again"
                    .formatted(name, tensor.getName(), tensor.getDimsList(), values.length));
        }
        return new Tensor(List.copyOf(tensor.getDimsList()), values);
    }

    /** The format allows two forms: little-endian bytes, which all exporters write, or a repeated field. */
    private static float[] values(TensorProto tensor) {
        if (tensor.getRawData().isEmpty()) {
            float[] values = new float[tensor.getFloatDataCount()];
            for (int i = 0; i < values.length; i++) {
                values[i] = tensor.getFloatData(i);
            }
            return values;
        }
        float[] values = new float[tensor.getRawData().size() / Float.BYTES];
        tensor.getRawData()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        return values;
    }

    private String missing(String kind, String wanted, Collection<String> present) {
        String near = present.stream()
                .sorted(Comparator.<String>comparingInt(candidate -> -commonEnds(candidate, wanted))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(SUGGESTIONS)
                .collect(Collectors.joining(", "));
        return "%s has no %s named %s; nearest are %s".formatted(name, kind, wanted, near.isEmpty() ? "none" : near);
    }

    /** Names in a model are paths: what is near in one shares its beginning, its end, or both. */
    private static int commonEnds(String a, String b) {
        int prefix = Arrays.mismatch(a.toCharArray(), b.toCharArray());
        if (prefix < 0) {
            return a.length();
        }
        int suffix = 0;
        int most = Math.min(a.length(), b.length()) - prefix;
        while (suffix < most && a.charAt(a.length() - 1 - suffix) == b.charAt(b.length() - 1 - suffix)) {
            suffix++;
        }
        return prefix + suffix;
    }
}
