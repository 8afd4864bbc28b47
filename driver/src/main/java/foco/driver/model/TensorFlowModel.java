package foco.driver.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import foco.driver.block.InvalidInputException;
import foco.driver.file.TensorFlowGraph;
import foco.driver.file.TensorFlowVariables;
import java.io.IOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A BERT encoder in TensorFlow's variables, under the names of its authors' code:
 * {@code bert/encoder/layer_0/attention/self/query/kernel}, with the names of modules before it. A kernel is the transposed of
 * PyTorch's weight.
 */
final class TensorFlowModel implements TensorSource {

    private static final Pattern VARIABLE = Pattern.compile("(?:.*/)?(?:bert/(.+)|(cls/.+))");
    /** What an optimizer keeps beside each variable. */
    private static final Pattern OF_OPTIMIZER = Pattern.compile(".*/(adam_[mv]|Adam(_1)?|ExponentialMovingAverage)");

    private static final String KERNEL = "/kernel";
    private static final String HEADS = "/encoder/layer_0/attention/self/Reshape/shape";
    private static final String ACTIVATION = "/encoder/layer_0/intermediate/";

    private final TensorFlowVariables file;
    /** The variable of each tensor, by the tensor's name in PyTorch. */
    private final Map<String, String> variables = new HashMap<>();

    TensorFlowModel(TensorFlowVariables file) {
        this.file = file;
        for (String variable : file.names()) {
            Matcher name = VARIABLE.matcher(variable);
            if (name.matches() && !OF_OPTIMIZER.matcher(variable).matches()) {
                variables.put(inPyTorch(name.group(1) == null ? name.group(2) : name.group(1)), variable);
            }
        }
    }

    private static String inPyTorch(String name) {
        return name.replace("/output_bias", "/bias")
                .replaceAll("layer_(\\d+)", "layer.$1")
                .replaceAll("/(kernel|gamma|output_weights)$", "/weight")
                .replaceAll("/beta$", "/bias")
                .replaceAll("_embeddings$", "_embeddings/weight")
                .replace('/', '.');
    }

    @Override
    public String name() {
        return file.name();
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(variables.keySet());
    }

    @Override
    public List<Long> shape(String tensor) {
        String variable = variables.get(tensor);
        List<Long> shape = file.shape(variable);
        return isTransposed(variable, shape) ? List.of(shape.get(1), shape.get(0)) : shape;
    }

    private static boolean isTransposed(String variable, List<Long> shape) {
        return variable.endsWith(KERNEL) && shape.size() == 2;
    }

    @Override
    public boolean isInTwoBytes(String tensor) {
        return file.type(variables.get(tensor)).isHalf();
    }

    @Override
    public float[] read(String tensor) throws IOException {
        String variable = variables.get(tensor);
        List<Long> shape = file.shape(variable);
        float[] values = file.read(variable);
        return isTransposed(variable, shape)
                ? Transposed.of(values, Math.toIntExact(shape.get(0)), Math.toIntExact(shape.get(1)))
                : values;
    }

    /**
     * What the variables and the graph beside them say of the model, in the terms of a {@code config.json}.
     *
     * @throws InvalidInputException if they are not those of a BERT encoder
     */
    ModelConfig config(TensorFlowGraph graph) throws IOException {
        ObjectNode config = BertShapes.config(this, "in TensorFlow's variables");
        config.put("num_attention_heads", heads(graph, BertShapes.width(this)));
        config.put("hidden_act", activation(graph));
        return ModelConfig.of(config, graph.name());
    }

    /** Queries are reshaped to {@code [.., heads, head width]}: two constants that follow each other, whose product is the width. */
    private static int heads(TensorFlowGraph graph, long width) {
        int[] constants = graph.constants(HEADS);
        for (int i = 1; i < constants.length; i++) {
            if (constants[i - 1] >= 1 && constants[i] > 1 && (long) constants[i - 1] * constants[i] == width) {
                return constants[i - 1];
            }
        }
        throw unknown(graph, "how many heads its attention has");
    }

    private static String activation(TensorFlowGraph graph) {
        if (graph.hasOperation(ACTIVATION, "Erf")) {
            return "gelu";
        }
        if (graph.hasOperation(ACTIVATION, "Tanh")) {
            return "gelu_new";
        }
        if (graph.hasOperation(ACTIVATION, "Relu")) {
            return "relu";
        }
        throw unknown(graph, "the activation of its feed-forward layers");
    }

    private static InvalidInputException unknown(TensorFlowGraph graph, String what) {
        return new InvalidInputException(
                "%s does not tell %s as BERT's code writes it; put the model's bert_config.json into the folder"
                        .formatted(graph.name(), what));
    }
}
