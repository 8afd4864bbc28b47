package foco.kernels.vector;

import static foco.kernels.vector.Lanes.INTS;
import static foco.kernels.vector.Lanes.SPECIES;
import static foco.kernels.vector.Lanes.TYPE;

import foco.kernels.dense.Activation;
import foco.kernels.dense.Exponential;
import foco.kernels.dense.NormalTail;
import foco.kernels.dense.Sigmoid;
import foco.kernels.tile.Panels;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Activations in place, a step at a time, with their numbers in L1 between steps. */
final class VectorActivation {

    private static final int LANES = Lanes.COUNT;
    private static final int PANEL = Panels.WIDTH;

    /** Numbers at a time, a multiple of 16. */
    private static final int PIECE = 1024;

    private static final IntVector FARTHEST = IntVector.broadcast(INTS, Float.floatToRawIntBits(Exponential.FARTHEST));
    private static final IntVector FARTHEST_TAIL =
            IntVector.broadcast(INTS, Float.floatToRawIntBits(NormalTail.FARTHEST));
    private static final IntVector MANTISSA_BITS = IntVector.broadcast(INTS, Exponential.MANTISSA_BITS);
    private static final FloatVector ROUND = FloatVector.broadcast(SPECIES, Exponential.ROUND);
    private static final FloatVector ZERO = FloatVector.zero(SPECIES);
    private static final FloatVector HALF = FloatVector.broadcast(SPECIES, 0.5f);
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
    private static final FloatVector SILU = FloatVector.broadcast(SPECIES, Sigmoid.SILU);
    private static final FloatVector GELU = FloatVector.broadcast(SPECIES, Sigmoid.GELU);
    private static final FloatVector GELU_CUBED = FloatVector.broadcast(SPECIES, Sigmoid.GELU_CUBED);

    private final LoopApart relu = loop("relu");
    private final LoopApart multiples = loop("multiples");
    private final LoopApart cubics = loop("cubics");
    private final LoopApart logarithms = loop("logarithms");
    private final LoopApart powers = loop("powers");
    private final LoopApart quotients = loop("quotients");
    private final LoopApart products = loop("products");
    private final float[] last = new float[PANEL];
    private final float[] work = new float[PIECE];

    private static LoopApart loop(String name) {
        return LoopApart.of(MethodHandles.lookup(), name);
    }

    /** Applies an activation to {@code count} numbers from {@code at} on. */
    void apply(Activation activation, float[] x, int at, int count) {
        int whole = count - count % PANEL;
        for (int from = 0; from < whole; from += PIECE) {
            piece(activation, x, at + from, Math.min(PIECE, whole - from));
        }
        if (whole < count) {
            System.arraycopy(x, at + whole, last, 0, count - whole);
            piece(activation, last, 0, PANEL);
            System.arraycopy(last, 0, x, at + whole, count - whole);
        }
    }

    private void piece(Activation activation, float[] x, int at, int count) {
        switch (activation) {
            case NONE -> {}
            case RELU -> relu.run(x, at, count, work);
            case SILU -> steps(multiples, quotients, x, at, count);
            case GELU -> steps(logarithms, products, x, at, count);
            case GELU_TANH -> steps(cubics, quotients, x, at, count);
        }
    }

    private void steps(LoopApart exponent, LoopApart result, float[] x, int at, int count) {
        exponent.run(x, at, count, work);
        powers.run(x, at, count, work);
        result.run(x, at, count, work);
    }

    private static void relu(float[] x, int at, int count, float[] work) {
        for (int i = at; i < at + count; i += LANES) {
            TYPE.cast(ZERO.max(FloatVector.fromArray(SPECIES, x, i))).intoArray(x, i);
        }
    }

    /** {@link Sigmoid}: {@code |g|} of SiLU. */
    private static void multiples(float[] x, int at, int count, float[] work) {
        for (int i = 0; i < count; i += LANES) {
            TYPE.cast(SILU.mul(FloatVector.fromArray(SPECIES, x, at + i).abs())).intoArray(work, i);
        }
    }

    /** {@link Sigmoid}: {@code |g|} of GELU by tanh. */
    private static void cubics(float[] x, int at, int count, float[] work) {
        for (int i = 0; i < count; i += LANES) {
            FloatVector t = FloatVector.fromArray(SPECIES, x, at + i).abs();
            TYPE.cast(GELU_CUBED.fma(t.mul(t), GELU).mul(t)).intoArray(work, i);
        }
    }

    /** {@link NormalTail}: {@code N(|x|)}. */
    private static void logarithms(float[] x, int at, int count, float[] work) {
        for (int i = 0; i < count; i += LANES) {
            FloatVector t = FloatVector.fromArray(SPECIES, x, at + i)
                    .abs()
                    .reinterpretAsInts()
                    .min(FARTHEST_TAIL)
                    .reinterpretAsFloats();
            FloatVector square = t.mul(t);
            FloatVector even = N10.fma(square, N8)
                    .fma(square, N6)
                    .fma(square, N4)
                    .fma(square, N2)
                    .fma(square, ONE);
            FloatVector odd = N9.fma(square, N7).fma(square, N5).fma(square, N3).fma(square, N1);
            TYPE.cast(odd.fma(t, even)).intoArray(work, i);
        }
    }

    /** {@link Exponential} of minus what is at work, in its place. */
    private static void powers(float[] x, int at, int count, float[] work) {
        for (int i = 0; i < count; i += LANES) {
            FloatVector below = FloatVector.fromArray(SPECIES, work, i)
                    .reinterpretAsInts()
                    .min(FARTHEST)
                    .reinterpretAsFloats();
            FloatVector rounded = ROUND.sub(below);
            FloatVector f = ROUND.sub(rounded).sub(below);
            FloatVector power = rounded.reinterpretAsInts()
                    .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
                    .reinterpretAsFloats();
            FloatVector square = f.mul(f);
            FloatVector tail = C5.fma(f, C4).fma(square, C3.fma(f, C2));
            TYPE.cast(tail.fma(square, C1.fma(f, ONE)).mul(power)).intoArray(work, i);
        }
    }

    /** {@link Sigmoid}, once {@code exp(-|g|)} is known. */
    private static void quotients(float[] x, int at, int count, float[] work) {
        for (int i = 0; i < count; i += LANES) {
            FloatVector v = HALF.mul(FloatVector.fromArray(SPECIES, x, at + i));
            FloatVector t = v.abs();
            FloatVector e = FloatVector.fromArray(SPECIES, work, i);
            TYPE.cast(v.sub(t).mul(e).add(v.add(t)).div(ONE.add(e))).intoArray(x, at + i);
        }
    }

    /** {@link NormalTail}, once {@code Q(|x|)} is known. */
    private static void products(float[] x, int at, int count, float[] work) {
        for (int i = 0; i < count; i += LANES) {
            FloatVector v = HALF.mul(FloatVector.fromArray(SPECIES, x, at + i));
            FloatVector t = v.abs();
            FloatVector above = t.add(v);
            TYPE.cast(above.sub(t.add(t).mul(FloatVector.fromArray(SPECIES, work, i))))
                    .intoArray(x, at + i);
        }
    }
}
