package foco.kernels.vector;

import static foco.kernels.vector.Lanes.INTS;
import static foco.kernels.vector.Lanes.SPECIES;
import static foco.kernels.vector.Lanes.TYPE;

import foco.kernels.dense.Exponential;
import foco.kernels.tile.Panels;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** As {@link TileSoftmax}, scores into weights, with a log-sum-exp as the reference; and what the weights' entropy takes. */
final class TileWeights {

    private static final int LANES = Lanes.COUNT;
    private static final int PANEL = Panels.WIDTH;
    private static final FloatVector ROUND = FloatVector.broadcast(SPECIES, Exponential.ROUND);
    private static final IntVector FARTHEST_BITS =
            IntVector.broadcast(INTS, Float.floatToRawIntBits(Exponential.FARTHEST));
    private static final IntVector MANTISSA_BITS = IntVector.broadcast(INTS, Exponential.MANTISSA_BITS);
    private static final FloatVector ONE = FloatVector.broadcast(SPECIES, 1);
    private static final FloatVector C1 = FloatVector.broadcast(SPECIES, Exponential.C1);
    private static final FloatVector C2 = FloatVector.broadcast(SPECIES, Exponential.C2);
    private static final FloatVector C3 = FloatVector.broadcast(SPECIES, Exponential.C3);
    private static final FloatVector C4 = FloatVector.broadcast(SPECIES, Exponential.C4);
    private static final FloatVector C5 = FloatVector.broadcast(SPECIES, Exponential.C5);

    private TileWeights() {}

    /**
     * Turns the scores of {@code rows} rows at {@code offset} into weights {@code p = 2^-x} with {@code x = m - s}, in place.
     *
     * @param reference {@code m} of the 16 queries
     * @param mass receives each query's sum of {@code p}
     * @param surprise receives each query's sum of {@code p x}
     */
    static void weigh(float[] scores, int offset, int rows, float[] reference, float[] mass, float[] surprise) {
        for (int lane = 0; lane < PANEL; lane += LANES) {
            FloatVector m = FloatVector.fromArray(SPECIES, reference, lane);
            FloatVector l = FloatVector.zero(SPECIES);
            FloatVector h = FloatVector.zero(SPECIES);
            int end = offset + lane + rows * PANEL;
            for (int at = offset + lane; at < end; at += PANEL) {
                FloatVector below = m.sub(FloatVector.fromArray(SPECIES, scores, at))
                        .reinterpretAsInts()
                        .min(FARTHEST_BITS)
                        .reinterpretAsFloats();
                FloatVector rounded = ROUND.sub(below);
                FloatVector f = ROUND.sub(rounded).sub(below);
                FloatVector power = rounded.reinterpretAsInts()
                        .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
                        .reinterpretAsFloats();
                FloatVector square = f.mul(f);
                FloatVector tail = C5.fma(f, C4).fma(square, C3.fma(f, C2));
                FloatVector p = tail.fma(square, C1.fma(f, ONE)).mul(power);
                l = p.add(l);
                h = p.fma(below, h);
                TYPE.cast(p).intoArray(scores, at);
            }
            TYPE.cast(l).intoArray(mass, lane);
            TYPE.cast(h).intoArray(surprise, lane);
        }
    }
}
