package foco.kernels.dense;

import foco.kernels.machine.Kernels;
import foco.kernels.routine.MatrixProduct;
import foco.kernels.tile.Panels;
import java.io.Serializable;

/** A linear layer, {@code y = x W + b}: a projection to queries, keys or values, or of concatenated heads. */
public final class Linear implements Serializable {

    /** Rows multiplied at a time, so that working memory does not grow with the input. */
    private static final int ROWS = 256;

    private final int inputs;
    private final int outputs;
    private final Panels weights;
    private final float[] bias;

    /**
     * @param weights {@code W}, {@code [inputs, outputs]} row-major
     * @param bias {@code b}, {@code outputs} numbers; zeros for a layer without one
     * @throws IllegalArgumentException if the lengths do not fit the widths
     */
    public Linear(int inputs, int outputs, float[] weights, float[] bias) {
        if (inputs < 1 || outputs < 1 || weights.length != (long) inputs * outputs || bias.length != outputs) {
            throw new IllegalArgumentException(
                    "A linear layer from %d to %d takes %d weights and %d biases, and was given %d and %d."
                            .formatted(inputs, outputs, (long) inputs * outputs, outputs, weights.length, bias.length));
        }
        this.inputs = inputs;
        this.outputs = outputs;
        this.weights = Panels.pack(weights, 0, outputs, inputs, outputs);
        this.bias = bias.clone();
    }

    public int inputs() {
        return inputs;
    }

    public int outputs() {
        return outputs;
    }

    /**
     * Applies the layer to {@code rows} rows.
     *
     * @param x {@code [rows, inputs]} row-major
     * @return {@code [rows, outputs]} row-major
     */
    public float[] apply(float[] x, int rows) {
        float[] y = new float[rows * outputs];
        MatrixProduct product = Kernels.matrixProduct();
        int stride = Panels.padded(outputs);
        for (int from = 0; from < rows; from += ROWS) {
            int count = Math.min(ROWS, rows - from);
            float[] c = product.multiply(Panels.packTransposed(x, from * inputs, inputs, inputs, count), weights);
            for (int i = 0; i < count; i++) {
                for (int j = 0; j < outputs; j++) {
                    y[(from + i) * outputs + j] = c[i * stride + j] + bias[j];
                }
            }
        }
        return y;
    }
}
