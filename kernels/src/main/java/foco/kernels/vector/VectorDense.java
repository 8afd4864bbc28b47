package foco.kernels.vector;

import static foco.kernels.vector.Lanes.SPECIES;
import static foco.kernels.vector.Lanes.TYPE;

import foco.kernels.dense.Activation;
import foco.kernels.dense.DenseKernel;
import foco.kernels.dense.Linear;
import foco.kernels.dense.Norm;
import foco.kernels.tile.HalfPanels;
import foco.kernels.tile.Panels;
import java.util.List;
import jdk.incubator.vector.FloatVector;

/**
 * Layers on the Vector API, on the micro-kernel of attention. Rows are taken in strips, which are transposed into panels once:
 *
 * <pre>
 *   for each strip of rows                     its panels stay in L2
 *     for each two panels of W
 *       for each block of the depth            the two panels' rows stay in L1
 *         for each panel of the strip's rows
 *           T += X W                           16 rows, 32 columns
 *       y = a(T + b)
 * </pre>
 *
 * <p>Of a feed-forward the inner layer is computed the other way round, {@code T^T += W^T X^T}: what it gives is then in panels,
 * as the outer layer takes it. The sums are the same, number by number.
 */
public final class VectorDense implements DenseKernel {

    private static final int LANES = Lanes.COUNT;
    private static final int PANEL = Panels.WIDTH;

    /** Numbers of a strip: half a MiB, half of an L2 cache. */
    private static final int STRIP = 1 << 17;

    /** More rows gain nothing, and their sums should stay near L1. */
    private static final int MOST_ROWS = 256;

    private static final int LEAST_ROWS = 64;

    /** The numbers of 16 rows of a panel. */
    private static final int SQUARE = PANEL * PANEL;

    /** Where the sums of a second panel are. */
    private static final int SECOND = MOST_ROWS * PANEL;

    private final VectorNorm norms = new VectorNorm();
    private final VectorActivation activations = new VectorActivation();
    private float[] packed = new float[0];

    /** What the inner layer of a feed-forward gives, a panel for each 16 rows. */
    private float[] inners = new float[0];

    /** Two panels of weights that take two bytes each, widened for a strip of rows. */
    private float[] widened = new float[0];

    /** Two panels of sums, the rows of a strip each. */
    private final float[] sums = new float[2 * SECOND];

    private final float[] part = new float[2 * SQUARE];

    @Override
    public String name() {
        return "vector, " + SPECIES.vectorBitSize() + " bits";
    }

    @Override
    public void linear(Linear layer, float[] x, int x0, int rows, float[] y, int y0) {
        apply(List.of(layer), x, x0, rows, new float[][] {y}, y0, false);
    }

    @Override
    public void addLinear(Linear layer, float[] x, int x0, int rows, float[] y, int y0) {
        apply(List.of(layer), x, x0, rows, new float[][] {y}, y0, true);
    }

    @Override
    public void linears(List<Linear> layers, float[] x, int x0, int rows, float[]... y) {
        apply(layers, x, x0, rows, y, 0, false);
    }

    private void apply(List<Linear> layers, float[] x, int x0, int rows, float[][] y, int y0, boolean add) {
        int inputs = layers.get(0).inputs();
        int strip = strip(inputs);
        for (int from = 0; from < rows; from += strip) {
            int count = Math.min(strip, rows - from);
            pack(x, x0 + from * inputs, inputs, count);
            for (int l = 0; l < y.length; l++) {
                Linear layer = layers.get(l);
                products(layer, packed, panelSize(inputs), count, y[l], y0 + from * layer.outputs(), add);
            }
        }
    }

    @Override
    public void addFeedForward(Linear inner, Linear outer, float[] x, int x0, int rows, float[] y, int y0) {
        int inputs = inner.inputs();
        int size = Panels.padded(outer.inputs()) * PANEL;
        int strip = strip(Math.max(inputs, outer.inputs()));
        inners = inners.length < strip / PANEL * size ? new float[strip / PANEL * size] : inners;
        for (int from = 0; from < rows; from += strip) {
            int count = Math.min(strip, rows - from);
            pack(x, x0 + from * inputs, inputs, count);
            for (int panel = 0; panel < Panels.count(outer.inputs()); panel += inner.isGated() ? 1 : 2) {
                innerProducts(inner, panel, count, size);
            }
            products(outer, inners, size, count, y, y0 + from * outer.outputs(), true);
        }
    }

    private static int strip(int inputs) {
        return Math.max(LEAST_ROWS, Math.min(MOST_ROWS, STRIP / inputs / PANEL * PANEL));
    }

    /** The numbers of a panel of 16 rows so wide. */
    private static int panelSize(int width) {
        return Panels.even(width) * PANEL;
    }

    private void pack(float[] x, int x0, int width, int rows) {
        int due = Panels.count(rows) * panelSize(width);
        packed = packed.length < due ? new float[due] : packed;
        RowPacking.pack(x, x0, width, rows, packed);
    }

    /** A strip of rows, in panels of {@code size} numbers, through a layer. */
    private void products(Linear layer, float[] panels, int size, int rows, float[] y, int y0, boolean add) {
        int count = Panels.count(layer.weights().columns());
        for (int p = 0; p < count; p += 2) {
            boolean two = p + 1 < count;
            float[] w = weights(layer, p, two);
            multiply(layer, w, first(layer, p), two, panels, size, rows);
            if (layer.isGated()) {
                addBias(layer, p, 0, rows);
                addBias(layer, p + 1, SECOND, rows);
                activations.apply(layer.activation(), sums, 0, rows * PANEL);
                multiply(sums, SECOND, sums, 0, rows * PANEL);
                write(layer.outputs(), p / 2, 0, rows, y, y0, add);
            } else {
                finish(layer, p, 0, rows, y, y0, add);
                if (two) {
                    finish(layer, p + 1, SECOND, rows, y, y0, add);
                }
            }
        }
    }

    /** Where a panel of the layer's weights, and the next, stand from {@link #first} on in four bytes a number. */
    private float[] weights(Linear layer, int panel, boolean two) {
        if (!(layer.weights() instanceof HalfPanels half)) {
            return ((Panels) layer.weights()).values();
        }
        int size = half.panelSize();
        widened = widened.length < 2 * size ? new float[2 * size] : widened;
        Widening.widen(half, panel * size, two ? 2 * size : size, widened);
        return widened;
    }

    private static int first(Linear layer, int panel) {
        return layer.isNarrow() ? 0 : panel * layer.weights().panelSize();
    }

    /** The sums of a strip's rows and one or two panels of columns. */
    private void multiply(Linear layer, float[] w, int first, boolean two, float[] panels, int size, int rows) {
        int next = two ? layer.weights().panelSize() : 0;
        for (int k = 0; k < layer.inputs(); k += DEPTH) {
            int depth = Math.min(DEPTH, layer.inputs() - k);
            int b0 = first + k * PANEL;
            for (int row = 0; row < rows; row += PANEL) {
                int count = Math.min(PANEL, rows - row);
                int a = row / PANEL * size + k * PANEL;
                int to = row * PANEL;
                if (k == 0) {
                    tile(count, depth, panels, a, w, b0, b0 + next, two, sums, to, to + SECOND);
                } else {
                    tile(count, depth, panels, a, w, b0, b0 + next, two, part, 0, SQUARE);
                    add(part, 0, sums, to, count * PANEL);
                    if (two) {
                        add(part, SQUARE, sums, to + SECOND, count * PANEL);
                    }
                }
            }
        }
    }

    /**
     * One or two panels of an inner layer's outputs for the rows that are packed: {@link #multiply} the other way round, biased and
     * activated. Of a gated layer it is one, of two panels of weights.
     *
     * @param size the numbers of a panel of {@link #inners}
     */
    private void innerProducts(Linear layer, int panel, int rows, int size) {
        int its = layer.isGated() ? 2 * panel : panel;
        boolean two = its + 1 < Panels.count(layer.weights().columns());
        float[] w = weights(layer, its, two);
        int first = first(layer, its);
        int square = panel * SQUARE;
        inner(layer, w, first, rows, inners, square, size);
        addBias(layer, its, rows, inners, square, size);
        activate(layer.activation(), rows, square, size);
        if (layer.isGated()) {
            inner(layer, w, first + layer.weights().panelSize(), rows, sums, 0, SQUARE);
            addBias(layer, its + 1, rows, sums, 0, SQUARE);
            for (int r = 0; r < Panels.count(rows); r++) {
                multiply(sums, r * SQUARE, inners, square + r * size, SQUARE);
            }
        } else if (two) {
            inner(layer, w, first + layer.weights().panelSize(), rows, inners, square + SQUARE, size);
            addBias(layer, its + 1, rows, inners, square + SQUARE, size);
            activate(layer.activation(), rows, square + SQUARE, size);
        }
    }

    /** 16 outputs of all rows that are packed: a square for each 16 rows, from {@code to} on and {@code step} apart. */
    private void inner(Linear layer, float[] w, int first, int rows, float[] c, int to, int step) {
        int size = panelSize(layer.inputs());
        int panels = Panels.count(rows);
        for (int k = 0; k < layer.inputs(); k += DEPTH) {
            int depth = Math.min(DEPTH, layer.inputs() - k);
            for (int r = 0; r < panels; r += 2) {
                boolean two = r + 1 < panels;
                int b0 = r * size + k * PANEL;
                int b1 = two ? b0 + size : b0;
                int c0 = to + r * step;
                if (k == 0) {
                    tile(PANEL, depth, w, first, packed, b0, b1, two, c, c0, c0 + step);
                } else {
                    tile(PANEL, depth, w, first + k * PANEL, packed, b0, b1, two, part, 0, SQUARE);
                    add(part, 0, c, c0, SQUARE);
                    if (two) {
                        add(part, SQUARE, c, c0 + step, SQUARE);
                    }
                }
            }
        }
    }

    /** The product of 16 rows at {@code a0} and one or two panels: of as many squares as panels, up to {@code rows} rows each. */
    private static void tile(
            int rows, int depth, float[] a, int a0, float[] b, int b0, int b1, boolean two, float[] c, int c0, int c1) {
        if (LANES < PANEL) {
            for (int v = 0; v < PANEL; v += 2 * LANES) {
                int next = v + LANES;
                TileProduct.panelByTwo(rows, depth, a, a0, b, b0 + v, b0 + next, c, c0 + v, c0 + next, PANEL);
                if (two) {
                    TileProduct.panelByTwo(rows, depth, a, a0, b, b1 + v, b1 + next, c, c1 + v, c1 + next, PANEL);
                }
            }
        } else if (two) {
            TileProduct.panelByTwo(rows, depth, a, a0, b, b0, b1, c, c0, c1, PANEL);
        } else {
            TileProduct.panelByOne(rows, depth, a, a0, b, b0, c, c0, PANEL);
        }
    }

    /** Each output of a square has a row there, so its bias is that of 16 lanes. */
    private static void addBias(Linear layer, int panel, int rows, float[] c, int to, int step) {
        for (int r = 0; r < Panels.count(rows); r++) {
            int at = to + r * step;
            for (int output = 0; output < PANEL; output++) {
                FloatVector b = FloatVector.broadcast(SPECIES, layer.bias()[panel * PANEL + output]);
                for (int end = at + PANEL; at < end; at += LANES) {
                    TYPE.cast(FloatVector.fromArray(SPECIES, c, at).add(b)).intoArray(c, at);
                }
            }
        }
    }

    private void activate(Activation activation, int rows, int square, int size) {
        for (int r = 0; r < Panels.count(rows); r++) {
            activations.apply(activation, inners, square + r * size, SQUARE);
        }
    }

    /** Biases and activation of a panel of sums, which go to {@code y}. */
    private void finish(Linear layer, int panel, int from, int rows, float[] y, int y0, boolean add) {
        int width = layer.outputs() - panel * PANEL;
        if (layer.activation() == Activation.NONE && width >= PANEL) {
            writeBiased(layer, panel, from, rows, y, y0, add);
        } else {
            addBias(layer, panel, from, rows);
            activations.apply(layer.activation(), sums, from, rows * PANEL);
            write(layer.outputs(), panel, from, rows, y, y0, add);
        }
    }

    private void addBias(Linear layer, int panel, int from, int rows) {
        for (int lane = 0; lane < PANEL; lane += LANES) {
            FloatVector b = FloatVector.fromArray(SPECIES, layer.bias(), panel * PANEL + lane);
            for (int i = from + lane; i < from + rows * PANEL; i += PANEL) {
                TYPE.cast(FloatVector.fromArray(SPECIES, sums, i).add(b)).intoArray(sums, i);
            }
        }
    }

    /** {@link #addBias} and {@link #write} in one, of a panel of 16 outputs. */
    private void writeBiased(Linear layer, int panel, int from, int rows, float[] y, int y0, boolean add) {
        int step = layer.outputs();
        for (int lane = 0; lane < PANEL; lane += LANES) {
            FloatVector b = FloatVector.fromArray(SPECIES, layer.bias(), panel * PANEL + lane);
            int at = y0 + panel * PANEL + lane;
            int i = from + lane;
            if (add) {
                for (int end = i + rows * PANEL; i < end; i += PANEL) {
                    TYPE.cast(FloatVector.fromArray(SPECIES, sums, i).add(b).add(FloatVector.fromArray(SPECIES, y, at)))
                            .intoArray(y, at);
                    at += step;
                }
            } else {
                for (int end = i + rows * PANEL; i < end; i += PANEL) {
                    TYPE.cast(FloatVector.fromArray(SPECIES, sums, i).add(b)).intoArray(y, at);
                    at += step;
                }
            }
        }
    }

    /** Sums of one panel to their columns of {@code y}, or added there. */
    private void write(int outputs, int panel, int from, int rows, float[] y, int y0, boolean add) {
        int column = panel * PANEL;
        int width = Math.min(PANEL, outputs - column);
        for (int i = 0; i < rows; i++) {
            int at = y0 + i * outputs + column;
            int source = from + i * PANEL;
            for (int j = 0; j < width; j++) {
                y[at + j] = add ? y[at + j] + sums[source + j] : sums[source + j];
            }
        }
    }

    /** {@code y += x}, of a multiple of 16 numbers. */
    private static void add(float[] x, int x0, float[] y, int y0, int count) {
        for (int i = 0; i < count; i += LANES) {
            TYPE.cast(FloatVector.fromArray(SPECIES, y, y0 + i).add(FloatVector.fromArray(SPECIES, x, x0 + i)))
                    .intoArray(y, y0 + i);
        }
    }

    /** {@code y *= x}, so, too. */
    private static void multiply(float[] x, int x0, float[] y, int y0, int count) {
        for (int i = 0; i < count; i += LANES) {
            TYPE.cast(FloatVector.fromArray(SPECIES, y, y0 + i).mul(FloatVector.fromArray(SPECIES, x, x0 + i)))
                    .intoArray(y, y0 + i);
        }
    }

    @Override
    public void normalize(Norm norm, float[] x, int x0, int rows, float[] y, int y0) {
        for (int i = 0; i < rows; i++) {
            norms.normalize(norm, x, x0 + i * norm.width(), y, y0 + i * norm.width());
        }
    }

    @Override
    public void activate(Activation activation, float[] x, int x0, int count) {
        activations.apply(activation, x, x0, count);
    }
}
