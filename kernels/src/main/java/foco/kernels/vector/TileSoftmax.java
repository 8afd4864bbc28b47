package foco.kernels.vector;

import static foco.kernels.vector.Lanes.INTS;
import static foco.kernels.vector.Lanes.SPECIES;
import static foco.kernels.vector.Lanes.TYPE;

import foco.kernels.dense.Exponential;
import foco.kernels.tile.Panels;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Scores into weights, {@code p = 2^(s - m)}, for a panel of 16 queries: a row of the tile holds the scores of one key,
 * so that every query is a lane, its maximum and its sum need no crossing of lanes, and its arithmetic is the same on
 * vectors of any width.
 */
final class TileSoftmax {

    private static final int LANES = Lanes.COUNT;
    private static final int PANEL = Panels.WIDTH;
    private static final FloatVector ROUND = FloatVector.broadcast(SPECIES, Exponential.ROUND);

    /**
     * So far below its reference a score has weight 0. Floats are in the order of their bits where they are above 0, and
     * integers have a minimum that is one instruction; that of floats is five, for the sake of NaN and -0.
     */
    private static final IntVector FARTHEST_BITS =
            IntVector.broadcast(INTS, Float.floatToRawIntBits(Exponential.FARTHEST));

    /** A shift by a vector: JDK 17 makes no instruction of a shift by an int. */
    private static final IntVector MANTISSA_BITS = IntVector.broadcast(INTS, Exponential.MANTISSA_BITS);

    private static final FloatVector ONE = FloatVector.broadcast(SPECIES, 1);
    private static final FloatVector C1 = FloatVector.broadcast(SPECIES, Exponential.C1);
    private static final FloatVector C2 = FloatVector.broadcast(SPECIES, Exponential.C2);
    private static final FloatVector C3 = FloatVector.broadcast(SPECIES, Exponential.C3);
    private static final FloatVector C4 = FloatVector.broadcast(SPECIES, Exponential.C4);
    private static final FloatVector C5 = FloatVector.broadcast(SPECIES, Exponential.C5);

    private TileSoftmax() {}

    /**
     * Turns the scores of {@code keys} rows at {@code offset} into weights, in place. Scores of -infinity have none; what
     * becomes of NaN is not said. If the rows are odd in number, one more is written, with weights of 0.
     *
     * @param reference {@code m} of the 16 queries, finite; no score exceeds it by more than 127
     * @param sums receives each query's sum of weights over the rows
     */
    static void weigh(float[] scores, int offset, int keys, float[] reference, float[] sums) {
        if (keys % 2 != 0) {
            int last = offset + keys * PANEL;
            Arrays.fill(scores, last, last + PANEL, Float.NEGATIVE_INFINITY);
        }
        for (int lane = 0; lane < PANEL; lane += LANES) {
            byTwo(scores, offset + lane, keys + keys % 2, reference, sums, lane);
        }
    }

    /**
     * One vector of queries: {@code p = 2^-x} with {@code x = m - s}, which is 0 from 126.5 on. A turn takes two keys and
     * counts in the index of scores, so no bound is left to check in it. The exponential stands here twice on purpose: as a
     * method that takes and returns a vector it ran at half the rate in one JVM of twenty, in which the compiler had not
     * inlined it. The sum goes key by key: with pairs of keys, it would depend on the hidden keys between those that are seen.
     */
    private static void byTwo(float[] scores, int offset, int keys, float[] reference, float[] sums, int lane) {
        FloatVector m = FloatVector.fromArray(SPECIES, reference, lane);
        FloatVector l = FloatVector.zero(SPECIES);
        int end = offset + keys * PANEL;
        for (int at = offset; at < end; at += 2 * PANEL) {
            FloatVector x0 = m.sub(FloatVector.fromArray(SPECIES, scores, at));
            FloatVector below0 = x0.reinterpretAsInts().min(FARTHEST_BITS).reinterpretAsFloats();
            FloatVector rounded0 = ROUND.sub(below0);
            FloatVector f0 = ROUND.sub(rounded0).sub(below0);
            FloatVector power0 = rounded0.reinterpretAsInts()
                    .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
                    .reinterpretAsFloats();
            FloatVector square0 = f0.mul(f0);
            FloatVector tail0 = C5.fma(f0, C4).fma(square0, C3.fma(f0, C2));
            FloatVector p0 = tail0.fma(square0, C1.fma(f0, ONE)).mul(power0);

            FloatVector x1 = m.sub(FloatVector.fromArray(SPECIES, scores, at + PANEL));
            FloatVector below1 = x1.reinterpretAsInts().min(FARTHEST_BITS).reinterpretAsFloats();
            FloatVector rounded1 = ROUND.sub(below1);
            FloatVector f1 = ROUND.sub(rounded1).sub(below1);
            FloatVector power1 = rounded1.reinterpretAsInts()
                    .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
                    .reinterpretAsFloats();
            FloatVector square1 = f1.mul(f1);
            FloatVector tail1 = C5.fma(f1, C4).fma(square1, C3.fma(f1, C2));
            FloatVector p1 = tail1.fma(square1, C1.fma(f1, ONE)).mul(power1);

            l = p1.add(p0.add(l));
            TYPE.cast(p0).intoArray(scores, at);
            TYPE.cast(p1).intoArray(scores, at + PANEL);
        }
        TYPE.cast(l).intoArray(sums, lane);
    }

    /** Each query's largest score over {@code keys} rows at {@code offset}. */
    static void maxima(float[] scores, int offset, int keys, float[] maxima) {
        for (int lane = 0; lane < PANEL; lane += LANES) {
            FloatVector max = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
            for (int j = 0; j < keys; j++) {
                max = FloatVector.fromArray(SPECIES, scores, offset + lane + j * PANEL)
                        .max(max);
            }
            TYPE.cast(max).intoArray(maxima, lane);
        }
    }
}
