package foco.kernels.breeze;

import breeze.linalg.DenseMatrix;
import breeze.linalg.DenseMatrix$mcD$sp;
import breeze.linalg.operators.HasOps$;
import foco.kernels.tile.Panels;

/** Breeze's float64 matrices from Java, where Scala's implicit operators have to be named. */
final class Matrices {

    private Matrices() {}

    /** A view of row-major {@code values} as a matrix {@code [rows, columns]}. */
    static DenseMatrix<Object> rowMajor(int rows, int columns, double[] values, int offset) {
        return new DenseMatrix$mcD$sp(rows, columns, values, offset, columns, true);
    }

    /** A view of row-major {@code values}, {@code [columns, rows]}, as their transpose {@code [rows, columns]}. */
    static DenseMatrix<Object> transposed(int rows, int columns, double[] values) {
        return new DenseMatrix$mcD$sp(rows, columns, values, 0, rows, false);
    }

    /** The packed matrix in float64, {@code [rows, columns]}. */
    static DenseMatrix<Object> unpack(Panels panels) {
        double[] values = new double[panels.rows() * panels.columns()];
        for (int i = 0; i < panels.rows(); i++) {
            for (int j = 0; j < panels.columns(); j++) {
                values[i * panels.columns() + j] = panels.get(i, j);
            }
        }
        return rowMajor(panels.rows(), panels.columns(), values, 0);
    }

    @SuppressWarnings("unchecked")
    static DenseMatrix<Object> transpose(DenseMatrix<Object> a) {
        return (DenseMatrix<Object>) a.t(HasOps$.MODULE$.canTranspose_DM());
    }

    /** {@code A B}, in Breeze's column-major order: element {@code (i, j)} at {@code i + j * rows}. */
    @SuppressWarnings("unchecked")
    static double[] product(DenseMatrix<Object> a, DenseMatrix<Object> b) {
        DenseMatrix<Object> c = (DenseMatrix<Object>)
                HasOps$.MODULE$.impl_OpMulMatrix_DMD_DMD_eq_DMD().apply(a, b);
        return ((DenseMatrix$mcD$sp) c).data$mcD$sp();
    }
}
