package foco.kernels.vector;

import static foco.kernels.vector.Lanes.SPECIES;

import foco.kernels.dense.Activation;
import foco.kernels.dense.Exponential;
import foco.kernels.dense.NormalTail;
import foco.kernels.dense.Sigmoid;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Activations in place. As integers, floats have a minimum, a maximum and a magnitude of one instruction each, which leave NaN as
 * it is where it matters. The exponential stands in each loop: a method that took and gave vectors would not be safe.
 */
final class VectorActivation {

    private static final int LANES = Lanes.COUNT;
    private static final VectorSpecies<Integer> INTS =
            SPECIES.withLanes(int.class).check(int.class);
    private static final IntVector NONE = IntVector.zero(INTS);
    private static final IntVector MAGNITUDE = IntVector.broadcast(INTS, Integer.MAX_VALUE);
    private static final IntVector FARTHEST = IntVector.broadcast(INTS, Float.floatToRawIntBits(Exponential.FARTHEST));
    private static final IntVector FARTHEST_TAIL =
            IntVector.broadcast(INTS, Float.floatToRawIntBits(NormalTail.FARTHEST));
    private static final IntVector FARTHEST_SIGMOID =
            IntVector.broadcast(INTS, Float.floatToRawIntBits(Sigmoid.FARTHEST));
    private static final IntVector MANTISSA_BITS = IntVector.broadcast(INTS, Exponential.MANTISSA_BITS);
    private static final FloatVector ROUND = FloatVector.broadcast(SPECIES, Exponential.ROUND);
    private static final FloatVector ONE = FloatVector.broadcast(SPECIES, 1);
    private static final FloatVector C1 = FloatVector.broadcast(SPECIES, Exponential.C1);
    private static final FloatVector C2 = FloatVector.broadcast(SPECIES, Exponential.C2);
    private static final FloatVector C3 = FloatVector.broadcast(SPECIES, Exponential.C3);
    private static final FloatVector C4 = FloatVector.broadcast(SPECIES, Exponential.C4);
    private static final FloatVector C5 = FloatVector.broadcast(SPECIES, Exponential.C5);
    private static final FloatVector N1 = FloatVector.broadcast(SPECIES, NormalTail.N1);
    private static final FloatVector N2 = FloatVector.broadcast(SPECIES, NormalTail.N2);
    private static final FloatVector N3 = FloatVector.broadcast(SPECIES, NormalTail.N3);
    private static final FloatVector N4 = FloatVector.broadcast(SPECIES, NormalTail.N4);
    private static final FloatVector N5 = FloatVector.broadcast(SPECIES, NormalTail.N5);
    private static final FloatVector N6 = FloatVector.broadcast(SPECIES, NormalTail.N6);
    private static final FloatVector N7 = FloatVector.broadcast(SPECIES, NormalTail.N7);
    private static final FloatVector N8 = FloatVector.broadcast(SPECIES, NormalTail.N8);
    private static final FloatVector N9 = FloatVector.broadcast(SPECIES, NormalTail.N9);
    private static final FloatVector N10 = FloatVector.broadcast(SPECIES, NormalTail.N10);

    private final float[] last = new float[LANES];

    /** Applies an activation to {@code count} numbers from {@code at} on. */
    void apply(Activation activation, float[] x, int at, int count) {
        int whole = count - count % LANES;
        vectors(activation, x, at, at + whole);
        if (whole < count) {
            System.arraycopy(x, at + whole, last, 0, count - whole);
            vectors(activation, last, 0, LANES);
            System.arraycopy(last, 0, x, at + whole, count - whole);
        }
    }

    private static void vectors(Activation activation, float[] x, int from, int to) {
        switch (activation) {
            case NONE -> {}
            case RELU -> relu(x, from, to);
            case SILU -> sigmoid(x, from, to, Sigmoid.SILU, 0);
            case GELU -> gelu(x, from, to);
            case GELU_TANH -> sigmoid(x, from, to, Sigmoid.GELU, Sigmoid.GELU_CUBED);
        }
    }

    private static void relu(float[] x, int from, int to) {
        FloatVector zero = FloatVector.zero(SPECIES);
        for (int at = from; at < to; at += LANES) {
            FloatVector.fromArray(SPECIES, x, at).max(zero).intoArray(x, at);
        }
    }

    /** {@link Sigmoid}. */
    private static void sigmoid(float[] x, int from, int to, float linear, float cubed) {
        FloatVector a1 = FloatVector.broadcast(SPECIES, linear);
        FloatVector a3 = FloatVector.broadcast(SPECIES, cubed);
        for (int at = from; at < to; at += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, at);
            IntVector bits = v.reinterpretAsInts();
            FloatVector above = bits.max(NONE).reinterpretAsFloats();
            FloatVector under = bits.min(NONE).reinterpretAsFloats();
            FloatVector t = bits.and(MAGNITUDE).min(FARTHEST_SIGMOID).reinterpretAsFloats();
            FloatVector g = t.mul(t.mul(t).fma(a3, a1));
            FloatVector below = g.reinterpretAsInts().min(FARTHEST).reinterpretAsFloats();
            FloatVector rounded = ROUND.sub(below);
            FloatVector f = ROUND.sub(rounded).sub(below);
            FloatVector power = rounded.reinterpretAsInts()
                    .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
                    .reinterpretAsFloats();
            FloatVector square = f.mul(f);
            FloatVector tail = C5.fma(f, C4).fma(square, C3.fma(f, C2));
            FloatVector e = tail.fma(square, C1.fma(f, ONE)).mul(power);
            above.add(under.mul(e)).div(ONE.add(e)).intoArray(x, at);
        }
    }

    /** {@link NormalTail}. */
    private static void gelu(float[] x, int from, int to) {
        for (int at = from; at < to; at += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, at);
            IntVector magnitude = v.reinterpretAsInts().and(MAGNITUDE);
            FloatVector t = magnitude.min(FARTHEST_TAIL).reinterpretAsFloats();
            FloatVector n = N10.fma(t, N9)
                    .fma(t, N8)
                    .fma(t, N7)
                    .fma(t, N6)
                    .fma(t, N5)
                    .fma(t, N4)
                    .fma(t, N3)
                    .fma(t, N2)
                    .fma(t, N1)
                    .fma(t, ONE);
            FloatVector below = n.reinterpretAsInts().min(FARTHEST).reinterpretAsFloats();
            FloatVector rounded = ROUND.sub(below);
            FloatVector f = ROUND.sub(rounded).sub(below);
            FloatVector power = rounded.reinterpretAsInts()
                    .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
                    .reinterpretAsFloats();
            FloatVector square = f.mul(f);
            FloatVector tail = C5.fma(f, C4).fma(square, C3.fma(f, C2));
            FloatVector q = tail.fma(square, C1.fma(f, ONE)).mul(power);
            FloatVector above = v.reinterpretAsInts().max(NONE).reinterpretAsFloats();
            above.sub(magnitude.reinterpretAsFloats().mul(q)).intoArray(x, at);
        }
    }
}
