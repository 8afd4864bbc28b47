package foco.driver.layer;

import foco.kernels.dense.DenseKernel;
import foco.kernels.dense.Linear;
import foco.kernels.dense.Norm;
import foco.kernels.machine.Kernels;

/**
 * The arithmetic of row-wise layers in one task, on whole arrays {@code [rows, width]}, with a count of what it does. It
 * serves one thread.
 */
public final class RowKernel {

    private final DenseKernel kernel = Kernels.dense();
    private float[] passing = new float[0];
    private double operations;
    private long nanos;

    /** {@code x W + b}, activated or gated as the layer says. */
    public float[] linear(Linear layer, float[] x, int rows) {
        long start = System.nanoTime();
        float[] y = kernel.linear(layer, x, rows);
        count(layer, rows, start);
        return y;
    }

    /**
     * As {@link #linear}, in an array that this kernel keeps: it may be longer than the result, and the next call writes over
     * it. For the wide rows within a feed-forward layer, which nobody needs afterwards.
     */
    float[] passing(Linear layer, float[] x, int rows) {
        int numbers = Math.multiplyExact(rows, layer.outputs());
        passing = passing.length < numbers ? new float[numbers] : passing;
        long start = System.nanoTime();
        kernel.linear(layer, x, 0, rows, passing, 0);
        count(layer, rows, start);
        return passing;
    }

    /** {@code residual + x W + b}, in an array of its own. */
    public float[] plusLinear(float[] residual, Linear layer, float[] x, int rows) {
        float[] y = residual.clone();
        long start = System.nanoTime();
        kernel.addLinear(layer, x, 0, rows, y, 0);
        count(layer, rows, start);
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

    private void count(Linear layer, int rows, long start) {
        nanos += System.nanoTime() - start;
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
