package foco.kernels.dense;

import java.util.List;

/**
 * The arithmetic around attention, row by row: {@code Kernels.dense()} makes the one that this JVM can run. It keeps its
 * working memory between calls, so it serves one thread; make one a task.
 *
 * <p>Rows lie one after the other in an array, {@code [rows, width]} row-major from an offset on, in and out. A row's result
 * depends on that row alone: however rows are cut into calls, and on vectors of any width, the bits are the same.
 */
public interface DenseKernel {

    /** The products of a sum that are added one to the other; longer sums are sums of such blocks, which round less. */
    int DEPTH = 128;

    /** The partial sums of a row of a norm: element {@code j} goes to number {@code j % 64}. */
    int SUMS = 64;

    /** What it is, for reports. */
    String name();

    /**
     * {@code y = x W + b}, activated or gated as the layer says.
     *
     * @param x {@code [rows, layer.inputs()]} from {@code x0} on
     * @param y receives {@code [rows, layer.outputs()]} from {@code y0} on; not the array {@code x}
     */
    void linear(Linear layer, float[] x, int x0, int rows, float[] y, int y0);

    /** As {@link #linear}, added to what {@code y} holds: a layer and its residual connection. */
    void addLinear(Linear layer, float[] x, int x0, int rows, float[] y, int y0);

    /**
     * Several layers of the same rows, such as the projections to queries, keys and values.
     *
     * @param layers as wide in their inputs
     * @param y an array for each, which receives {@code [rows, outputs]} from 0 on
     */
    default void linears(List<Linear> layers, float[] x, int x0, int rows, float[]... y) {
        for (int l = 0; l < y.length; l++) {
            linear(layers.get(l), x, x0, rows, y[l], 0);
        }
    }

    /**
     * {@code y += outer(inner(x))}: a feed-forward and its residual connection.
     *
     * @param inner its outputs are the inputs of {@code outer}
     */
    default void addFeedForward(Linear inner, Linear outer, float[] x, int x0, int rows, float[] y, int y0) {
        float[] between = new float[Math.multiplyExact(rows, inner.outputs())];
        linear(inner, x, x0, rows, between, 0);
        addLinear(outer, between, 0, rows, y, y0);
    }

    /**
     * Normalises rows.
     *
     * @param y receives {@code [rows, norm.width()]} from {@code y0} on; {@code x} itself at {@code x0} is welcome
     */
    void normalize(Norm norm, float[] x, int x0, int rows, float[] y, int y0);

    /** Applies an activation to {@code count} numbers in place. */
    void activate(Activation activation, float[] x, int x0, int count);

    /** {@link #linear} of whole arrays. */
    default float[] linear(Linear layer, float[] x, int rows) {
        float[] y = new float[Math.multiplyExact(rows, layer.outputs())];
        linear(layer, x, 0, rows, y, 0);
        return y;
    }
}
