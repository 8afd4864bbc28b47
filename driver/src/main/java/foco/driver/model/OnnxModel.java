package foco.driver.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import foco.driver.block.InvalidInputException;
import foco.driver.file.OnnxWeights;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.DoublePredicate;

/**
 * An ONNX file of a BERT encoder as PyTorch exports it. Biases, norms and tables keep their names there; a matrix has none,
 * but the product that it is a factor of is named after its module: {@code /encoder/layer.0/attention/self/query/MatMul}.
 * The counts that the shapes do not tell, heads above all, are constants of the graph.
 */
final class OnnxModel implements TensorSource {

    private static final String PRODUCT = "/MatMul";
    private static final String ATTENTION = "/encoder/layer.0/attention/self/";
    private static final String ACTIVATION = "/encoder/layer.0/intermediate/";
    private static final String NORM = "/embeddings/LayerNorm/";
    private static final double LARGEST_EPSILON = 1e-2;

    private final OnnxWeights file;
    /** The product that each matrix is a factor of, by the matrix's name in PyTorch. */
    private final Map<String, String> matrices = new HashMap<>();

    OnnxModel(OnnxWeights file) {
        this.file = file;
        for (String product : file.products()) {
            if (product.startsWith("/") && product.endsWith(PRODUCT)) {
                String module = product.substring(1, product.length() - PRODUCT.length());
                matrices.put(module.replace('/', '.') + ".weight", product);
            }
        }
    }

    @Override
    public String name() {
        return file.name();
    }

    @Override
    public Set<String> names() {
        Set<String> all = new TreeSet<>(file.names());
        all.addAll(matrices.keySet());
        return all;
    }

    /** PyTorch keeps the transposed of the matrix that an input is multiplied by. */
    @Override
    public List<Long> shape(String tensor) {
        if (!matrices.containsKey(tensor)) {
            return file.shape(tensor);
        }
        List<Long> shape = file.factorShape(matrices.get(tensor));
        return List.of(shape.get(1), shape.get(0));
    }

    /** Those that are read are in float32. */
    @Override
    public boolean isInTwoBytes(String tensor) {
        return false;
    }

    @Override
    public float[] read(String tensor) {
        if (!matrices.containsKey(tensor)) {
            return file.tensor(tensor).values();
        }
        OnnxWeights.Tensor factor = file.factor(matrices.get(tensor));
        return Transposed.of(factor.values(), factor.size(0), factor.size(1));
    }

    /**
     * What the graph says of the model, in the terms of a {@code config.json}.
     *
     * @throws InvalidInputException if it is not that of a BERT encoder
     */
    ModelConfig config() throws IOException {
        ObjectNode config = BertShapes.config(this, "as PyTorch exports it");
        config.put("num_attention_heads", heads(BertShapes.width(this)));
        config.put("hidden_act", activation());
        config.put("layer_norm_eps", epsilon());
        return ModelConfig.of(config, name());
    }

    /** Queries are reshaped to {@code [.., heads, head width]}: two constants that follow each other, whose product is the width. */
    private long heads(long width) {
        double[] constants = file.constants(ATTENTION);
        for (int i = 1; i < constants.length; i++) {
            if (constants[i - 1] >= 1 && constants[i] > 1 && constants[i - 1] * constants[i] == width) {
                return (long) constants[i - 1];
            }
        }
        throw unknown("how many heads its attention has");
    }

    private String activation() {
        if (file.hasOperator(ACTIVATION, "Erf")) {
            return "gelu";
        }
        if (file.hasOperator(ACTIVATION, "Tanh")) {
            return "gelu_new";
        }
        if (file.hasOperator(ACTIVATION, "Relu")) {
            return "relu";
        }
        throw unknown("the activation of its feed-forward layers");
    }

    private double epsilon() {
        DoublePredicate small = constant -> constant > 0 && constant <= LARGEST_EPSILON;
        return Arrays.stream(file.constants(NORM))
                .filter(small)
                .findFirst()
                .orElseThrow(() -> unknown("the epsilon of its norms"));
    }

    private InvalidInputException unknown(String what) {
        return new InvalidInputException(
                "%s does not tell %s as PyTorch's exporter writes it; put the model's config.json beside it"
                        .formatted(name(), what));
    }
}
