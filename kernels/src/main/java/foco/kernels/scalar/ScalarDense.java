package foco.kernels.scalar;

import foco.kernels.dense.Activation;
import foco.kernels.dense.DenseKernel;
import foco.kernels.dense.Linear;
import foco.kernels.dense.Norm;
import foco.kernels.dense.NormalTail;
import foco.kernels.dense.Sigmoid;
import foco.kernels.tile.PackedMatrix;
import foco.kernels.tile.Panels;
import java.util.Arrays;

/** Layers without the Vector API: each number by the chain of operations that vectors do in a lane. */
public final class ScalarDense implements DenseKernel {

    private static final int PANEL = Panels.WIDTH;

    private final float[] sums = new float[PANEL];
    private final float[] part = new float[PANEL];
    private final float[] first = new float[PANEL];
    private final ScalarNorm norms = new ScalarNorm();

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public void linear(Linear layer, float[] x, int x0, int rows, float[] y, int y0) {
        apply(layer, x, x0, rows, y, y0, false);
    }

    @Override
    public void addLinear(Linear layer, float[] x, int x0, int rows, float[] y, int y0) {
        apply(layer, x, x0, rows, y, y0, true);
    }

    private void apply(Linear layer, float[] x, int x0, int rows, float[] y, int y0, boolean add) {
        for (int i = 0; i < rows; i++) {
            for (int p = 0; p < Panels.count(layer.outputs()); p++) {
                if (layer.isGated()) {
                    panel(layer, 2 * p, x, x0 + i * layer.inputs());
                    activate(layer.activation(), sums, 0, PANEL);
                    System.arraycopy(sums, 0, first, 0, PANEL);
                    panel(layer, 2 * p + 1, x, x0 + i * layer.inputs());
                    for (int j = 0; j < PANEL; j++) {
                        sums[j] *= first[j];
                    }
                } else {
                    panel(layer, p, x, x0 + i * layer.inputs());
                    activate(layer.activation(), sums, 0, PANEL);
                }
                int at = y0 + i * layer.outputs() + p * PANEL;
                int width = Math.min(PANEL, layer.outputs() - p * PANEL);
                for (int j = 0; j < width; j++) {
                    y[at + j] = add ? y[at + j] + sums[j] : sums[j];
                }
            }
        }
    }

    /** One row times one panel of columns, and its biases. */
    private void panel(Linear layer, int panel, float[] x, int x0) {
        PackedMatrix w = layer.weights();
        int b0 = panel * w.panelSize();
        for (int k = 0; k < layer.inputs(); k += DEPTH) {
            float[] to = k == 0 ? sums : part;
            Arrays.fill(to, 0);
            int end = Math.min(layer.inputs(), k + DEPTH);
            for (int e = k; e < end; e++) {
                float a = x[x0 + e];
                int b = b0 + e * PANEL;
                for (int j = 0; j < PANEL; j++) {
                    to[j] = Math.fma(a, w.value(b + j), to[j]);
                }
            }
            for (int j = 0; j < PANEL && k > 0; j++) {
                sums[j] += part[j];
            }
        }
        for (int j = 0; j < PANEL; j++) {
            sums[j] += layer.bias()[panel * PANEL + j];
        }
    }

    @Override
    public void normalize(Norm norm, float[] x, int x0, int rows, float[] y, int y0) {
        int width = norm.width();
        for (int i = 0; i < rows; i++) {
            norms.normalize(norm, x, x0 + i * width, y, y0 + i * width);
        }
    }

    @Override
    public void activate(Activation activation, float[] x, int x0, int count) {
        for (int i = x0; i < x0 + count; i++) {
            x[i] = of(activation, x[i]);
        }
    }

    private static float of(Activation activation, float x) {
        return switch (activation) {
            case NONE -> x;
            case RELU -> Math.max(x, 0);
            case SILU -> Sigmoid.silu(x);
            case GELU -> NormalTail.gelu(x);
            case GELU_TANH -> Sigmoid.gelu(x);
        };
    }
}
