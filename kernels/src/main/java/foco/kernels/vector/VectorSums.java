package foco.kernels.vector;

import static foco.kernels.vector.Lanes.INTS;
import static foco.kernels.vector.Lanes.INT_TYPE;
import static foco.kernels.vector.Lanes.SPECIES;
import static foco.kernels.vector.Lanes.TYPE;

import foco.kernels.fold.TileSums;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Sums over tiles of weights on vectors. Four rows a turn are four sums, so that additions hide each other's latency. */
final class VectorSums implements TileSums {

    private static final int WIDTH = Lanes.COUNT;
    private static final int AT_ONCE = 4;
    private static final IntVector ONE = IntVector.broadcast(INTS, 1);
    private static final IntVector TWO = IntVector.broadcast(INTS, 2);
    private static final IntVector THREE = IntVector.broadcast(INTS, 3);
    private static final IntVector FOUR = IntVector.broadcast(INTS, 4);
    private static final IntVector SIGN = IntVector.broadcast(INTS, Integer.MIN_VALUE);

    @Override
    public void sums(float[] w, int at, int rows, float[] sums) {
        int whole = rows - rows % AT_ONCE;
        for (int lane = 0; lane < LANES; lane += WIDTH) {
            FloatVector s0 = FloatVector.zero(SPECIES);
            FloatVector s1 = FloatVector.zero(SPECIES);
            FloatVector s2 = FloatVector.zero(SPECIES);
            FloatVector s3 = FloatVector.zero(SPECIES);
            int i = at + lane;
            for (int end = i + whole * LANES; i < end; i += AT_ONCE * LANES) {
                s0 = FloatVector.fromArray(SPECIES, w, i).add(s0);
                s1 = FloatVector.fromArray(SPECIES, w, i + LANES).add(s1);
                s2 = FloatVector.fromArray(SPECIES, w, i + 2 * LANES).add(s2);
                s3 = FloatVector.fromArray(SPECIES, w, i + 3 * LANES).add(s3);
            }
            for (int end = at + lane + rows * LANES; i < end; i += LANES) {
                s0 = FloatVector.fromArray(SPECIES, w, i).add(s0);
            }
            TYPE.cast(TYPE.cast(s0).add(s1).add(TYPE.cast(s2).add(s3))).intoArray(sums, lane);
        }
    }

    @Override
    public void sums(float[] w, int at, int[] chosen, int from, int to, float[] sums) {
        int whole = (to - from) - (to - from) % AT_ONCE;
        for (int lane = 0; lane < LANES; lane += WIDTH) {
            FloatVector s0 = FloatVector.zero(SPECIES);
            FloatVector s1 = FloatVector.zero(SPECIES);
            FloatVector s2 = FloatVector.zero(SPECIES);
            FloatVector s3 = FloatVector.zero(SPECIES);
            int first = at + lane;
            int i = from;
            for (; i < from + whole; i += AT_ONCE) {
                s0 = FloatVector.fromArray(SPECIES, w, first + chosen[i] * LANES)
                        .add(s0);
                s1 = FloatVector.fromArray(SPECIES, w, first + chosen[i + 1] * LANES)
                        .add(s1);
                s2 = FloatVector.fromArray(SPECIES, w, first + chosen[i + 2] * LANES)
                        .add(s2);
                s3 = FloatVector.fromArray(SPECIES, w, first + chosen[i + 3] * LANES)
                        .add(s3);
            }
            for (; i < to; i++) {
                s0 = FloatVector.fromArray(SPECIES, w, first + chosen[i] * LANES)
                        .add(s0);
            }
            TYPE.cast(TYPE.cast(s0).add(s1).add(TYPE.cast(s2).add(s3))).intoArray(sums, lane);
        }
    }

    @Override
    public void products(float[] w, int at, int rows, float[] factors, int f0, float[] sums) {
        int whole = rows - rows % AT_ONCE;
        for (int lane = 0; lane < LANES; lane += WIDTH) {
            FloatVector s0 = FloatVector.zero(SPECIES);
            FloatVector s1 = FloatVector.zero(SPECIES);
            FloatVector s2 = FloatVector.zero(SPECIES);
            FloatVector s3 = FloatVector.zero(SPECIES);
            int i = at + lane;
            int f = f0;
            for (int end = f0 + whole; f < end; f += AT_ONCE) {
                s0 = FloatVector.broadcast(SPECIES, factors[f]).fma(FloatVector.fromArray(SPECIES, w, i), s0);
                s1 = FloatVector.broadcast(SPECIES, factors[f + 1])
                        .fma(FloatVector.fromArray(SPECIES, w, i + LANES), s1);
                s2 = FloatVector.broadcast(SPECIES, factors[f + 2])
                        .fma(FloatVector.fromArray(SPECIES, w, i + 2 * LANES), s2);
                s3 = FloatVector.broadcast(SPECIES, factors[f + 3])
                        .fma(FloatVector.fromArray(SPECIES, w, i + 3 * LANES), s3);
                i += AT_ONCE * LANES;
            }
            for (; f < f0 + rows; f++) {
                s0 = FloatVector.broadcast(SPECIES, factors[f]).fma(FloatVector.fromArray(SPECIES, w, i), s0);
                i += LANES;
            }
            TYPE.cast(TYPE.cast(s0).add(s1).add(TYPE.cast(s2).add(s3))).intoArray(sums, lane);
        }
    }

    @Override
    public void add(float[] w, int at, int rows, float[] into, int to) {
        int back = to - at;
        for (int i = at; i < at + rows * LANES; i += WIDTH) {
            TYPE.cast(FloatVector.fromArray(SPECIES, into, back + i).add(FloatVector.fromArray(SPECIES, w, i)))
                    .intoArray(into, back + i);
        }
    }

    @Override
    public void add(float[] w, int at, int rows, float[] lanes, float[] into, int to) {
        for (int lane = 0; lane < LANES; lane += WIDTH) {
            FloatVector u = FloatVector.fromArray(SPECIES, lanes, lane);
            int back = to - at;
            for (int i = at + lane; i < at + rows * LANES; i += LANES) {
                TYPE.cast(u.fma(FloatVector.fromArray(SPECIES, w, i), FloatVector.fromArray(SPECIES, into, back + i)))
                        .intoArray(into, back + i);
            }
        }
    }

    /** Of floats that are 0 or more the largest is that of the largest bits, and integers have a maximum of one instruction. */
    @Override
    public void maxima(float[] w, int at, int rows, float[] highest) {
        for (int lane = 0; lane < LANES; lane += WIDTH) {
            for (int row = 0; row < rows; row += GROUP) {
                int i = at + row * LANES + lane;
                IntVector max = IntVector.zero(INTS);
                if (row + GROUP <= rows) {
                    for (int end = i + GROUP * LANES; i < end; i += AT_ONCE * LANES) {
                        max = FloatVector.fromArray(SPECIES, w, i)
                                .reinterpretAsInts()
                                .max(FloatVector.fromArray(SPECIES, w, i + LANES)
                                        .reinterpretAsInts())
                                .max(FloatVector.fromArray(SPECIES, w, i + 2 * LANES)
                                        .reinterpretAsInts())
                                .max(FloatVector.fromArray(SPECIES, w, i + 3 * LANES)
                                        .reinterpretAsInts())
                                .max(max);
                    }
                } else {
                    for (int end = at + rows * LANES; i < end; i += LANES) {
                        max = FloatVector.fromArray(SPECIES, w, i)
                                .reinterpretAsInts()
                                .max(max);
                    }
                }
                TYPE.cast(INT_TYPE.cast(max).reinterpretAsFloats()).intoArray(highest, row + lane);
            }
        }
    }

    /** Floats of 0 or more are in the order of their bits, and the sign of a difference is a bit, which moves down row by row. */
    @Override
    public void aboveOfRows(float[] w, int at, int rows, float[] thresholds, int t0, int[] found) {
        for (int lane = 0; lane < LANES; lane += WIDTH) {
            for (int row = 0; row < rows; row += BITS) {
                int count = Math.min(rows - row, BITS);
                int i = at + row * LANES + lane;
                int f = t0 + row;
                IntVector bits = IntVector.zero(INTS);
                for (int end = f + count / AT_ONCE * AT_ONCE; f < end; f += AT_ONCE) {
                    IntVector d0 = FloatVector.broadcast(SPECIES, thresholds[f])
                            .reinterpretAsInts()
                            .sub(FloatVector.fromArray(SPECIES, w, i).reinterpretAsInts());
                    IntVector d1 = FloatVector.broadcast(SPECIES, thresholds[f + 1])
                            .reinterpretAsInts()
                            .sub(FloatVector.fromArray(SPECIES, w, i + LANES).reinterpretAsInts());
                    IntVector d2 = FloatVector.broadcast(SPECIES, thresholds[f + 2])
                            .reinterpretAsInts()
                            .sub(FloatVector.fromArray(SPECIES, w, i + 2 * LANES)
                                    .reinterpretAsInts());
                    IntVector d3 = FloatVector.broadcast(SPECIES, thresholds[f + 3])
                            .reinterpretAsInts()
                            .sub(FloatVector.fromArray(SPECIES, w, i + 3 * LANES)
                                    .reinterpretAsInts());
                    IntVector first = d0.and(SIGN)
                            .lanewise(VectorOperators.LSHR, THREE)
                            .or(d1.and(SIGN).lanewise(VectorOperators.LSHR, TWO));
                    IntVector last =
                            d2.and(SIGN).lanewise(VectorOperators.LSHR, ONE).or(d3.and(SIGN));
                    bits = INT_TYPE.cast(bits)
                            .lanewise(VectorOperators.LSHR, FOUR)
                            .or(first.or(last));
                    i += AT_ONCE * LANES;
                }
                for (; f < t0 + row + count; f++) {
                    IntVector d = FloatVector.broadcast(SPECIES, thresholds[f])
                            .reinterpretAsInts()
                            .sub(FloatVector.fromArray(SPECIES, w, i).reinterpretAsInts());
                    bits = INT_TYPE.cast(bits)
                            .lanewise(VectorOperators.LSHR, ONE)
                            .or(d.and(SIGN));
                    i += LANES;
                }
                INT_TYPE.cast(INT_TYPE.cast(bits)
                                .lanewise(VectorOperators.LSHR, IntVector.broadcast(INTS, BITS - count)))
                        .intoArray(found, row / BITS * LANES + lane);
            }
        }
    }

    @Override
    public void aboveOfLanes(float[] w, int at, int rows, float[] thresholds, int t0, int[] found) {
        for (int lane = 0; lane < LANES; lane += WIDTH) {
            IntVector t = FloatVector.fromArray(SPECIES, thresholds, t0 + lane).reinterpretAsInts();
            for (int row = 0; row < rows; row += BITS) {
                int count = Math.min(rows - row, BITS);
                int i = at + row * LANES + lane;
                IntVector bits = IntVector.zero(INTS);
                for (int end = i + count / AT_ONCE * AT_ONCE * LANES; i < end; i += AT_ONCE * LANES) {
                    IntVector d0 = t.sub(FloatVector.fromArray(SPECIES, w, i).reinterpretAsInts());
                    IntVector d1 =
                            t.sub(FloatVector.fromArray(SPECIES, w, i + LANES).reinterpretAsInts());
                    IntVector d2 = t.sub(
                            FloatVector.fromArray(SPECIES, w, i + 2 * LANES).reinterpretAsInts());
                    IntVector d3 = t.sub(
                            FloatVector.fromArray(SPECIES, w, i + 3 * LANES).reinterpretAsInts());
                    IntVector first = d0.and(SIGN)
                            .lanewise(VectorOperators.LSHR, THREE)
                            .or(d1.and(SIGN).lanewise(VectorOperators.LSHR, TWO));
                    IntVector last =
                            d2.and(SIGN).lanewise(VectorOperators.LSHR, ONE).or(d3.and(SIGN));
                    bits = INT_TYPE.cast(bits)
                            .lanewise(VectorOperators.LSHR, FOUR)
                            .or(first.or(last));
                }
                for (int end = at + (row + count) * LANES; i < end; i += LANES) {
                    IntVector d = t.sub(FloatVector.fromArray(SPECIES, w, i).reinterpretAsInts());
                    bits = INT_TYPE.cast(bits)
                            .lanewise(VectorOperators.LSHR, ONE)
                            .or(d.and(SIGN));
                }
                INT_TYPE.cast(INT_TYPE.cast(bits)
                                .lanewise(VectorOperators.LSHR, IntVector.broadcast(INTS, BITS - count)))
                        .intoArray(found, row / BITS * LANES + lane);
            }
        }
    }
}
