package foco.driver.layer;

import foco.kernels.dense.DenseKernel;
import foco.kernels.dense.Linear;
import foco.kernels.dense.Norm;
import foco.kernels.machine.Kernels;
import java.util.List;

/**
 * The arithmetic of row-wise layers in one task, on whole arrays {@code [rows, width]}, with a count of what it does. It
 * serves one thread.
 */
public final class RowKernel {

    private final DenseKernel kernel = Kernels.dense();
    private double operations;
    private long nanos;

    /** {@code x W + b}, activated or gated as the layer says. */
    public float[] linear(Linear layer, float[] x, int rows) {
        long start = System.nanoTime();
        float[] y = kernel.linear(layer, x, rows);
        nanos += System.nanoTime() - start;
        count(layer, rows);
        return y;
    }

    /** {@link #linear} of several layers, an array each. */
    public float[][] linears(List<Linear> layers, float[] x, int rows) {
        long start = System.nanoTime();
        float[][] y = layers.stream()
                .map(layer -> new float[Math.multiplyExact(rows, layer.outputs())])
                .toArray(float[][]::new);
        kernel.linears(layers, x, 0, rows, y);
        nanos += System.nanoTime() - start;
        layers.forEach(layer -> count(layer, rows));
        return y;
    }

    /** {@code outer(inner(x))} added to {@code y}, which is given back. */
    float[] addFeedForward(FeedForward layers, float[] x, int rows, float[] y) {
        long start = System.nanoTime();
        kernel.addFeedForward(layers.inner(), layers.outer(), x, 0, rows, y, 0);
        nanos += System.nanoTime() - start;
        count(layers.inner(), rows);
        count(layers.outer(), rows);
        return y;
    }

    /** {@code residual + x W + b}, in an array of its own. */
    public float[] plusLinear(float[] residual, Linear layer, float[] x, int rows) {
        float[] y = residual.clone();
        long start = System.nanoTime();
        kernel.addLinear(layer, x, 0, rows, y, 0);
        nanos += System.nanoTime() - start;
        count(layer, rows);
        return y;
    }

    /** {@code x} normalised, in an array of its own. */
    public float[] normalized(Norm norm, float[] x) {
        float[] y = new float[x.length];
        normalize(norm, x, y);
        return y;
    }

    /** Normalises {@code x} in place, and gives it back. */
    public float[] normalize(Norm norm, float[] x) {
        normalize(norm, x, x);
        return x;
    }

    /** A norm narrower than a row is that of each head in it. */
    private void normalize(Norm norm, float[] x, float[] y) {
        long start = System.nanoTime();
        kernel.normalize(norm, x, 0, x.length / norm.width(), y, 0);
        nanos += System.nanoTime() - start;
    }

    private void count(Linear layer, int rows) {
        operations += rows * layer.operationsPerRow();
    }

    /**
     * What was done.
     *
     * @param operations multiplications and additions of matrix products
     * @param nanos the time in kernels
     */
    public record Done(double operations, long nanos) {}

    /** What was done since this was last called. */
    public Done tell() {
        Done done = new Done(operations, nanos);
        operations = 0;
        nanos = 0;
        return done;
    }
}
