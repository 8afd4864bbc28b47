package foco.kernels.vector;

import static foco.kernels.vector.Lanes.SPECIES;
import static foco.kernels.vector.Lanes.TYPE;

import foco.kernels.dense.Activation;
import foco.kernels.dense.DenseKernel;
import foco.kernels.dense.Linear;
import foco.kernels.dense.Norm;
import foco.kernels.tile.HalfPanels;
import foco.kernels.tile.PackedMatrix;
import foco.kernels.tile.Panels;
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

    private final VectorNorm norms = new VectorNorm();
    private final VectorActivation activations = new VectorActivation();
    private float[] packed = new float[0];

    /** Two panels of weights that take two bytes each, widened for a strip of rows. */
    private float[] widened = new float[0];

    /** Two panels of sums, the rows of a strip each. */
    private final float[] sums = new float[2 * MOST_ROWS * PANEL];

    private final float[] part = new float[2 * SQUARE];

    @Override
    public String name() {
        return "vector, " + SPECIES.vectorBitSize() + " bits";
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
        int inputs = layer.inputs();
        int strip = Math.max(LEAST_ROWS, Math.min(MOST_ROWS, STRIP / inputs / PANEL * PANEL));
        int most = Math.min(strip, Panels.padded(rows)) * Panels.even(inputs);
        packed = packed.length < most ? new float[most] : packed;
        int panels = Panels.count(layer.weights().columns());
        for (int from = 0; from < rows; from += strip) {
            int count = Math.min(strip, rows - from);
            RowPacking.pack(x, x0 + from * inputs, inputs, count, packed);
            for (int p = 0; p < panels; p += 2) {
                multiply(layer, p, p + 1 < panels, count);
                finish(layer, p, count, y, y0 + from * layer.outputs(), add);
            }
        }
    }

    /** The sums of a strip's rows and one or two panels of columns. */
    private void multiply(Linear layer, int panel, boolean two, int rows) {
        PackedMatrix matrix = layer.weights();
        int size = matrix.panelSize();
        float[] w;
        int first = 0;
        if (matrix instanceof HalfPanels half) {
            widened = widened.length < 2 * size ? new float[2 * size] : widened;
            Widening.widen(half, panel * size, two ? 2 * size : size, widened);
            w = widened;
        } else {
            w = ((Panels) matrix).values();
            first = panel * size;
        }
        for (int k = 0; k < layer.inputs(); k += DEPTH) {
            int depth = Math.min(DEPTH, layer.inputs() - k);
            int b0 = first + k * PANEL;
            int b1 = two ? b0 + size : b0;
            for (int row = 0; row < rows; row += PANEL) {
                int count = Math.min(PANEL, rows - row);
                int a = row * Panels.even(layer.inputs()) + k * PANEL;
                int to = row * PANEL;
                if (k == 0) {
                    multiply(count, depth, a, w, b0, b1, two, sums, to, to + MOST_ROWS * PANEL);
                } else {
                    multiply(count, depth, a, w, b0, b1, two, part, 0, SQUARE);
                    add(part, 0, sums, to, count * PANEL);
                    if (two) {
                        add(part, SQUARE, sums, to + MOST_ROWS * PANEL, count * PANEL);
                    }
                }
            }
        }
    }

    private void multiply(
            int rows, int depth, int a, float[] w, int b0, int b1, boolean two, float[] c, int c0, int c1) {
        if (LANES < PANEL) {
            for (int v = 0; v < PANEL; v += 2 * LANES) {
                int next = v + LANES;
                TileProduct.panelByTwo(rows, depth, packed, a, w, b0 + v, b0 + next, c, c0 + v, c0 + next, PANEL);
                if (two) {
                    TileProduct.panelByTwo(rows, depth, packed, a, w, b1 + v, b1 + next, c, c1 + v, c1 + next, PANEL);
                }
            }
        } else if (two) {
            TileProduct.panelByTwo(rows, depth, packed, a, w, b0, b1, c, c0, c1, PANEL);
        } else {
            TileProduct.panelByOne(rows, depth, packed, a, w, b0, c, c0, PANEL);
        }
    }

    /** Biases, activation and gate of one or two panels of sums, which go to {@code y}. */
    private void finish(Linear layer, int panel, int rows, float[] y, int y0, boolean add) {
        int second = MOST_ROWS * PANEL;
        if (layer.isGated()) {
            finish(layer, panel, layer.activation(), 0, rows);
            finish(layer, panel + 1, Activation.NONE, second, rows);
            multiply(sums, second, sums, 0, rows * PANEL);
            write(layer, panel / 2 * PANEL, 0, rows, y, y0, add);
            return;
        }
        int panels = Math.min(2, Panels.count(layer.outputs()) - panel);
        for (int p = 0; p < panels; p++) {
            finish(layer, panel + p, layer.activation(), p * second, rows);
            write(layer, (panel + p) * PANEL, p * second, rows, y, y0, add);
        }
    }

    private void finish(Linear layer, int panel, Activation activation, int at, int rows) {
        float[] bias = layer.bias();
        for (int lane = 0; lane < PANEL; lane += LANES) {
            FloatVector b = FloatVector.fromArray(SPECIES, bias, panel * PANEL + lane);
            for (int i = at + lane; i < at + rows * PANEL; i += PANEL) {
                TYPE.cast(FloatVector.fromArray(SPECIES, sums, i).add(b)).intoArray(sums, i);
            }
        }
        activations.apply(activation, sums, at, rows * PANEL);
    }

    /** Sums of one panel to their columns of {@code y}, or added there. */
    private void write(Linear layer, int column, int from, int rows, float[] y, int y0, boolean add) {
        int width = Math.min(PANEL, layer.outputs() - column);
        for (int i = 0; i < rows; i++) {
            int at = y0 + i * layer.outputs() + column;
            int source = from + i * PANEL;
            if (add && width == PANEL) {
                add(sums, source, y, at, PANEL);
            } else if (add) {
                for (int j = 0; j < width; j++) {
                    y[at + j] += sums[source + j];
                }
            } else {
                System.arraycopy(sums, source, y, at, width);
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
