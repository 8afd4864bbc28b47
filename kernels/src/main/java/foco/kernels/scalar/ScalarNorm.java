package foco.kernels.scalar;

import foco.kernels.dense.DenseKernel;
import foco.kernels.dense.LayerNorm;
import foco.kernels.dense.RmsNorm;
import foco.kernels.dense.RowNorm;

/** Norms without the Vector API. */
final class ScalarNorm extends RowNorm {

    @Override
    protected void addUp(float[] x, int x0, int width) {
        for (int j = 0; j < width; j++) {
            sums[j % DenseKernel.SUMS] += x[x0 + j];
        }
    }

    @Override
    protected void addUp(float[] x, int x0, int width, float mean) {
        for (int j = 0; j < width; j++) {
            float d = x[x0 + j] - mean;
            sums[j % DenseKernel.SUMS] += d;
            squares[j % DenseKernel.SUMS] = Math.fma(d, d, squares[j % DenseKernel.SUMS]);
        }
    }

    @Override
    protected void scale(LayerNorm norm, float[] x, int x0, float mean, float rest, float factor, float[] y, int y0) {
        float[] gain = norm.gain();
        float[] bias = norm.bias();
        for (int j = 0; j < gain.length; j++) {
            y[y0 + j] = Math.fma(((x[x0 + j] - mean) - rest) * factor, gain[j], bias[j]);
        }
    }

    @Override
    protected void scale(RmsNorm norm, float[] x, int x0, float factor, float[] y, int y0) {
        float[] gain = norm.gain();
        for (int j = 0; j < gain.length; j++) {
            y[y0 + j] = x[x0 + j] * factor * gain[j];
        }
    }
}
