package foco.driver.model;

import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The tensors that a model is made of: their names and shapes, as its family declares them. */
public final class TensorList {

    private final Map<String, List<Long>> shapes = new LinkedHashMap<>();
    private final Set<String> wide = new HashSet<>();

    /** A tensor of any shape. */
    public TensorList tensor(String name, long... shape) {
        shapes.put(name, Arrays.stream(shape).boxed().toList());
        return this;
    }

    /** A table of rows: {@code name.weight [rows, width]}. */
    public TensorList table(String name, long rows, long width) {
        return tensor(name + ".weight", rows, width);
    }

    /** A {@link #table} of which other numbers are made: they are kept in float32, whatever its own are. */
    public TensorList wideTable(String name, long rows, long width) {
        wide.add(name + ".weight");
        return table(name, rows, width);
    }

    /** A linear layer with its bias: {@code name.weight [outputs, inputs]}, {@code name.bias [outputs]}. */
    public TensorList linear(String name, long inputs, long outputs) {
        return matrix(name, inputs, outputs).tensor(name + ".bias", outputs);
    }

    /** A linear layer without a bias. */
    public TensorList matrix(String name, long inputs, long outputs) {
        return tensor(name + ".weight", outputs, inputs);
    }

    /** {@link #linear} or {@link #matrix}, as the model's configuration says. */
    public TensorList linear(String name, long inputs, long outputs, boolean bias) {
        return bias ? linear(name, inputs, outputs) : matrix(name, inputs, outputs);
    }

    /** A linear layer as GPT-2 keeps it: {@code name.weight [inputs, outputs]}, {@code name.bias [outputs]}. */
    public TensorList conv1d(String name, long inputs, long outputs) {
        return tensor(name + ".weight", inputs, outputs).tensor(name + ".bias", outputs);
    }

    /** A layer norm: {@code name.weight} and {@code name.bias}, {@code [width]}. */
    public TensorList layerNorm(String name, long width) {
        return gain(name, width).tensor(name + ".bias", width);
    }

    /** A norm without a bias. */
    public TensorList gain(String name, long width) {
        return tensor(name + ".weight", width);
    }

    /** The shape of each, in the order in which they were declared. */
    public Map<String, List<Long>> shapes() {
        return shapes;
    }

    /** Whether a tensor's numbers stay in two bytes each where they are so in the file: those of matrices and tables do. */
    boolean canBeNarrow(String name) {
        return shapes.get(name).size() > 1 && !wide.contains(name);
    }

    /** The numbers in one of them. */
    long parameters(String name) {
        return shapes.get(name).stream().reduce(1L, Math::multiplyExact);
    }

    /** The numbers in all of them. */
    public long parameters() {
        return shapes.keySet().stream().mapToLong(this::parameters).sum();
    }
}
