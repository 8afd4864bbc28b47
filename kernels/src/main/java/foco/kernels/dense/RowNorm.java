package foco.kernels.dense;

import foco.kernels.tile.Sums;
import java.util.Arrays;

/**
 * Normalises one row: the steps that all kernels have in common; the loops over its numbers are theirs.
 *
 * <p>Squares are those of distances from the mean, in float32, and the mean's own rounding is taken back, so a row far from 0
 * loses nothing (the corrected two-pass algorithm of Chan, Golub and LeVeque, "Algorithms for computing the sample variance",
 * 1983). A row whose squares leave float32 is done in float64.
 */
public abstract class RowNorm {

    private static final double LARGEST = 0x1p120;
    private static final double LEAST = 0x1p-80;

    /** Element {@code j} of a row is added to number {@code j % DenseKernel.SUMS} of both. */
    protected final float[] sums = new float[DenseKernel.SUMS];

    protected final float[] squares = new float[DenseKernel.SUMS];

    /** Adds {@code x} to {@link #sums}. */
    protected abstract void addUp(float[] x, int x0, int width);

    /** Adds {@code x - mean} to {@link #sums} and its squares to {@link #squares}. */
    protected abstract void addUp(float[] x, int x0, int width, float mean);

    /** {@code y = fma(((x - mean) - rest) factor, gain, bias)}. */
    protected abstract void scale(
            LayerNorm norm, float[] x, int x0, float mean, float rest, float factor, float[] y, int y0);

    /** {@code y = (x factor) gain}. */
    protected abstract void scale(RmsNorm norm, float[] x, int x0, float factor, float[] y, int y0);

    /** Normalises the row at {@code x0}. */
    public final void normalize(Norm norm, float[] x, int x0, float[] y, int y0) {
        if (norm instanceof LayerNorm layer) {
            normalize(layer, x, x0, y, y0);
        } else if (norm instanceof RmsNorm rms) {
            normalize(rms, x, x0, y, y0);
        }
    }

    private void normalize(LayerNorm norm, float[] x, int x0, float[] y, int y0) {
        int width = norm.width();
        Arrays.fill(sums, 0);
        addUp(x, x0, width);
        float mean = (float) (Sums.of(sums) / width);
        Arrays.fill(sums, 0);
        Arrays.fill(squares, 0);
        addUp(x, x0, width, mean);
        double all = Sums.of(squares);
        if (!serves(all)) {
            exactly(norm, x, x0, y, y0);
            return;
        }
        double rest = Sums.of(sums) / width;
        double factor = 1 / Math.sqrt(Math.max(0, all / width - rest * rest) + norm.epsilon());
        scale(norm, x, x0, mean, (float) rest, (float) factor, y, y0);
    }

    private void normalize(RmsNorm norm, float[] x, int x0, float[] y, int y0) {
        Arrays.fill(sums, 0);
        Arrays.fill(squares, 0);
        addUp(x, x0, norm.width(), 0);
        double all = Sums.of(squares);
        if (!serves(all)) {
            exactly(norm, x, x0, y, y0);
            return;
        }
        scale(norm, x, x0, (float) (1 / Math.sqrt(all / norm.width() + norm.epsilon())), y, y0);
    }

    private static boolean serves(double squares) {
        return squares <= LARGEST && squares >= LEAST;
    }

    private static void exactly(LayerNorm norm, float[] x, int x0, float[] y, int y0) {
        int width = norm.width();
        double mean = 0;
        for (int j = 0; j < width; j++) {
            mean += x[x0 + j];
        }
        mean /= width;
        double variance = 0;
        for (int j = 0; j < width; j++) {
            variance += (x[x0 + j] - mean) * (x[x0 + j] - mean);
        }
        double factor = 1 / Math.sqrt(variance / width + norm.epsilon());
        for (int j = 0; j < width; j++) {
            y[y0 + j] = (float) ((x[x0 + j] - mean) * factor * norm.gain()[j] + norm.bias()[j]);
        }
    }

    private static void exactly(RmsNorm norm, float[] x, int x0, float[] y, int y0) {
        double squares = 0;
        for (int j = 0; j < norm.width(); j++) {
            squares += (double) x[x0 + j] * x[x0 + j];
        }
        double factor = 1 / Math.sqrt(squares / norm.width() + norm.epsilon());
        for (int j = 0; j < norm.width(); j++) {
            y[y0 + j] = (float) (x[x0 + j] * factor * norm.gain()[j]);
        }
    }
}
