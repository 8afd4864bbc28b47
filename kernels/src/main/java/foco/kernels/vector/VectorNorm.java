package foco.kernels.vector;

import static foco.kernels.vector.Lanes.SPECIES;
import static foco.kernels.vector.Lanes.TYPE;

import foco.kernels.dense.DenseKernel;
import foco.kernels.dense.LayerNorm;
import foco.kernels.dense.RmsNorm;
import foco.kernels.dense.RowNorm;
import jdk.incubator.vector.FloatVector;

/** Norms on vectors: {@value #VECTORS} at a time, so that sums hide each other's latency. */
final class VectorNorm extends RowNorm {

    private static final int LANES = Lanes.COUNT;
    private static final int VECTORS = 4;
    private static final int SUMS = DenseKernel.SUMS;

    @Override
    protected void addUp(float[] x, int x0, int width) {
        int whole = width - width % SUMS;
        for (int lane = 0; lane < SUMS; lane += VECTORS * LANES) {
            FloatVector s0 = FloatVector.zero(SPECIES);
            FloatVector s1 = FloatVector.zero(SPECIES);
            FloatVector s2 = FloatVector.zero(SPECIES);
            FloatVector s3 = FloatVector.zero(SPECIES);
            for (int at = x0 + lane; at < x0 + whole; at += SUMS) {
                s0 = FloatVector.fromArray(SPECIES, x, at).add(s0);
                s1 = FloatVector.fromArray(SPECIES, x, at + LANES).add(s1);
                s2 = FloatVector.fromArray(SPECIES, x, at + 2 * LANES).add(s2);
                s3 = FloatVector.fromArray(SPECIES, x, at + 3 * LANES).add(s3);
            }
            TYPE.cast(s0).intoArray(sums, lane);
            TYPE.cast(s1).intoArray(sums, lane + LANES);
            TYPE.cast(s2).intoArray(sums, lane + 2 * LANES);
            TYPE.cast(s3).intoArray(sums, lane + 3 * LANES);
        }
        for (int j = whole; j < width; j++) {
            sums[j - whole] += x[x0 + j];
        }
    }

    @Override
    protected void addUp(float[] x, int x0, int width, float mean) {
        int whole = width - width % SUMS;
        FloatVector m = FloatVector.broadcast(SPECIES, mean);
        for (int lane = 0; lane < SUMS; lane += VECTORS * LANES) {
            FloatVector s0 = FloatVector.zero(SPECIES);
            FloatVector s1 = FloatVector.zero(SPECIES);
            FloatVector s2 = FloatVector.zero(SPECIES);
            FloatVector s3 = FloatVector.zero(SPECIES);
            FloatVector q0 = FloatVector.zero(SPECIES);
            FloatVector q1 = FloatVector.zero(SPECIES);
            FloatVector q2 = FloatVector.zero(SPECIES);
            FloatVector q3 = FloatVector.zero(SPECIES);
            for (int at = x0 + lane; at < x0 + whole; at += SUMS) {
                FloatVector d0 = FloatVector.fromArray(SPECIES, x, at).sub(m);
                FloatVector d1 = FloatVector.fromArray(SPECIES, x, at + LANES).sub(m);
                FloatVector d2 =
                        FloatVector.fromArray(SPECIES, x, at + 2 * LANES).sub(m);
                FloatVector d3 =
                        FloatVector.fromArray(SPECIES, x, at + 3 * LANES).sub(m);
                s0 = d0.add(s0);
                s1 = d1.add(s1);
                s2 = d2.add(s2);
                s3 = d3.add(s3);
                q0 = d0.fma(d0, q0);
                q1 = d1.fma(d1, q1);
                q2 = d2.fma(d2, q2);
                q3 = d3.fma(d3, q3);
            }
            TYPE.cast(s0).intoArray(sums, lane);
            TYPE.cast(s1).intoArray(sums, lane + LANES);
            TYPE.cast(s2).intoArray(sums, lane + 2 * LANES);
            TYPE.cast(s3).intoArray(sums, lane + 3 * LANES);
            TYPE.cast(q0).intoArray(squares, lane);
            TYPE.cast(q1).intoArray(squares, lane + LANES);
            TYPE.cast(q2).intoArray(squares, lane + 2 * LANES);
            TYPE.cast(q3).intoArray(squares, lane + 3 * LANES);
        }
        for (int j = whole; j < width; j++) {
            float d = x[x0 + j] - mean;
            sums[j - whole] += d;
            squares[j - whole] = Math.fma(d, d, squares[j - whole]);
        }
    }

    @Override
    protected void scale(LayerNorm norm, float[] x, int x0, float mean, float rest, float factor, float[] y, int y0) {
        float[] gain = norm.gain();
        float[] bias = norm.bias();
        FloatVector m = FloatVector.broadcast(SPECIES, mean);
        FloatVector r = FloatVector.broadcast(SPECIES, rest);
        FloatVector f = FloatVector.broadcast(SPECIES, factor);
        int j = 0;
        for (; j <= gain.length - LANES; j += LANES) {
            TYPE.cast(FloatVector.fromArray(SPECIES, x, x0 + j)
                            .sub(m)
                            .sub(r)
                            .mul(f)
                            .fma(FloatVector.fromArray(SPECIES, gain, j), FloatVector.fromArray(SPECIES, bias, j)))
                    .intoArray(y, y0 + j);
        }
        for (; j < gain.length; j++) {
            y[y0 + j] = Math.fma(((x[x0 + j] - mean) - rest) * factor, gain[j], bias[j]);
        }
    }

    @Override
    protected void scale(RmsNorm norm, float[] x, int x0, float factor, float[] y, int y0) {
        float[] gain = norm.gain();
        FloatVector f = FloatVector.broadcast(SPECIES, factor);
        int j = 0;
        for (; j <= gain.length - LANES; j += LANES) {
            TYPE.cast(FloatVector.fromArray(SPECIES, x, x0 + j).mul(f).mul(FloatVector.fromArray(SPECIES, gain, j)))
                    .intoArray(y, y0 + j);
        }
        for (; j < gain.length; j++) {
            y[y0 + j] = x[x0 + j] * factor * gain[j];
        }
    }
}
