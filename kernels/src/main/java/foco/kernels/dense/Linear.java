package foco.kernels.dense;

import foco.kernels.tile.HalfPanels;
import foco.kernels.tile.PackedMatrix;
import foco.kernels.tile.Panels;
import java.io.Serializable;
import java.util.Arrays;

/**
 * A linear layer, {@code y = x W + b}: a projection to queries, keys or values, or of concatenated heads; with an activation,
 * {@code a(x W + b)}, the first half of a feed-forward layer; {@link #gated}, {@code a(x W + b) * (x V + c)} (Shazeer, "GLU
 * Variants Improve Transformer", 2020). {@link DenseKernel} applies it.
 *
 * <p>Weights are packed once, when a layer is made, and written in bulk, so it can be sent to many machines.
 */
public final class Linear implements Serializable {

    private final int inputs;
    private final int outputs;
    private final PackedMatrix weights;
    private final float[] bias;
    private final Activation activation;
    private final boolean gated;

    private Linear(int inputs, int outputs, PackedMatrix weights, float[] bias, Activation activation, boolean gated) {
        this.inputs = inputs;
        this.outputs = outputs;
        this.weights = weights;
        this.bias = bias;
        this.activation = activation;
        this.gated = gated;
    }

    /**
     * @param weights {@code W}, {@code [inputs, outputs]} row-major
     * @param bias {@code b}, {@code outputs} numbers; zeros for a layer without one
     * @throws IllegalArgumentException if the lengths do not fit the widths
     */
    public Linear(int inputs, int outputs, float[] weights, float[] bias) {
        this(
                inputs,
                outputs,
                Panels.pack(checked(inputs, outputs, weights, bias), 0, outputs, inputs, outputs),
                Arrays.copyOf(bias, Panels.padded(outputs)),
                Activation.NONE,
                false);
    }

    /**
     * A layer whose weights are stored as PyTorch and safetensors files store them.
     *
     * @param weights {@code W} transposed, {@code [outputs, inputs]} row-major
     * @param bias as in the constructor
     * @throws IllegalArgumentException if the lengths do not fit the widths
     */
    public static Linear transposed(int inputs, int outputs, float[] weights, float[] bias) {
        Panels packed = Panels.packTransposed(checked(inputs, outputs, weights, bias), 0, inputs, inputs, outputs);
        return new Linear(inputs, outputs, packed, Arrays.copyOf(bias, Panels.padded(outputs)), Activation.NONE, false);
    }

    private static float[] checked(int inputs, int outputs, float[] weights, float[] bias) {
        if (inputs < 1 || outputs < 1 || weights.length != (long) inputs * outputs || bias.length != outputs) {
            throw new IllegalArgumentException(
                    "A linear layer from %d to %d takes %d weights and %d biases, and was given %d and %d."
                            .formatted(inputs, outputs, (long) inputs * outputs, outputs, weights.length, bias.length));
        }
        return weights;
    }

    /** The same layer with an activation after it. */
    public Linear activated(Activation after) {
        return new Linear(inputs, outputs, weights, bias, after, gated);
    }

    /**
     * The activated first layer times the second, number by number.
     *
     * @throws IllegalArgumentException unless both are plain and as wide
     */
    public static Linear gated(Linear gate, Linear up, Activation activation) {
        if (gate.inputs != up.inputs || gate.outputs != up.outputs) {
            throw new IllegalArgumentException(
                    "A gate from %d to %d does not fit a layer from %d to %d; they must be as wide."
                            .formatted(gate.inputs, gate.outputs, up.inputs, up.outputs));
        }
        if (!gate.isPlain() || !up.isPlain()) {
            throw new IllegalArgumentException(
                    "The two halves of a gated layer are plain linear layers, and one was activated or gated itself.");
        }
        Panels gates = wide(gate.weights);
        Panels ups = wide(up.weights);
        int panels = Panels.count(gate.outputs);
        Panels both = Panels.zeros(gate.inputs, 2 * panels * Panels.WIDTH);
        float[] bias = new float[2 * panels * Panels.WIDTH];
        int size = both.offset(1);
        for (int p = 0; p < panels; p++) {
            System.arraycopy(gates.values(), p * size, both.values(), 2 * p * size, size);
            System.arraycopy(ups.values(), p * size, both.values(), (2 * p + 1) * size, size);
            System.arraycopy(gate.bias, p * Panels.WIDTH, bias, 2 * p * Panels.WIDTH, Panels.WIDTH);
            System.arraycopy(up.bias, p * Panels.WIDTH, bias, (2 * p + 1) * Panels.WIDTH, Panels.WIDTH);
        }
        PackedMatrix kept = gate.isNarrow() && up.isNarrow() ? narrow(both) : both;
        return new Linear(gate.inputs, gate.outputs, kept, bias, activation, true);
    }

    private static Panels wide(PackedMatrix matrix) {
        return matrix instanceof HalfPanels half ? half.wide() : (Panels) matrix;
    }

    private static PackedMatrix narrow(Panels wide) {
        return HalfPanels.of(wide).map(half -> (PackedMatrix) half).orElse(wide);
    }

    /**
     * The same layer with its weights in two bytes each, in memory and when it is sent, if bfloat16 or float16 holds them
     * exactly, as they do weights that were kept so in a file; or else itself. Its results have the same bits.
     */
    public Linear narrowed() {
        return weights instanceof Panels wide
                ? new Linear(inputs, outputs, narrow(wide), bias, activation, gated)
                : this;
    }

    /** Whether its weights take two bytes each. */
    public boolean isNarrow() {
        return weights instanceof HalfPanels;
    }

    private boolean isPlain() {
        return activation == Activation.NONE && !gated;
    }

    public int inputs() {
        return inputs;
    }

    public int outputs() {
        return outputs;
    }

    public Activation activation() {
        return activation;
    }

    /** Whether it is the product of two layers. */
    public boolean isGated() {
        return gated;
    }

    /** {@code W}, {@code [inputs, outputs]}; of a gated layer a panel of the gate and one of the other by turns. */
    public PackedMatrix weights() {
        return weights;
    }

    /** {@code b}, filled up to whole panels in the order of {@link #weights}; not to be written. */
    public float[] bias() {
        return bias;
    }

    /** The multiplications and additions of one row's products. */
    public double operationsPerRow() {
        return 2.0 * inputs * outputs * (gated ? 2 : 1);
    }

    /** The bytes that its weights and biases take. */
    public long bytes() {
        return weights.bytes() + (long) Float.BYTES * bias.length;
    }
}
