package foco.kernels.breeze;

import foco.kernels.routine.MatrixProduct;
import foco.kernels.tile.Panels;

/** The matrix product on Breeze, in float64, for JVMs without the Vector API. */
public final class BreezeProduct implements MatrixProduct {

    @Override
    public float[] multiply(Panels transposed, Panels b) {
        int rows = transposed.columns();
        double[] product = Matrices.product(Matrices.transpose(Matrices.unpack(transposed)), Matrices.unpack(b));
        int stride = Panels.padded(b.columns());
        float[] c = new float[Panels.padded(rows) * stride];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < b.columns(); j++) {
                c[i * stride + j] = (float) product[i + j * rows];
            }
        }
        return c;
    }
}
