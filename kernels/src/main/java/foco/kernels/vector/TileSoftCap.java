package foco.kernels.vector;

import static foco.kernels.vector.Lanes.SPECIES;

import foco.kernels.mask.Tile;
import foco.kernels.score.SoftCap;
import foco.kernels.tile.Panels;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@code cap tanh(s / cap)}, with {@code tanh x = x P(x^2) / Q(x^2)}: the best rational function of its degree for the
 * relative error up to {@value #SATURATED}, 1.2e-8, by Lawson's iteration; 3e-7 at most in float32 arithmetic and 6e-8 in the
 * root mean square, about 0 as well, where a quotient of exponentials would cancel. Beyond, tanh is 1.
 */
final class TileSoftCap implements TileModifier {

    private static final int LANES = Lanes.COUNT;
    private static final VectorSpecies<Integer> INTS =
            SPECIES.withLanes(int.class).check(int.class);
    private static final float SATURATED = 8.5f;

    private static final float[] P = {
        1, 0.1341320425271988f, 0.0035339754540473223f, 2.1250150894047692e-05f, 1.4267889980601467e-08f
    };
    private static final float[] Q = {
        1, 0.46746528148651123f, 0.02602255903184414f, 0.0003348778700456023f, 8.144597245518526e-07f
    };

    private static final IntVector SIGN = IntVector.broadcast(INTS, Integer.MIN_VALUE);
    private static final IntVector MAGNITUDE = IntVector.broadcast(INTS, Integer.MAX_VALUE);

    /** Floats above 0 are in the order of their bits, and integers have a minimum that is one instruction. */
    private static final IntVector SATURATED_BITS = IntVector.broadcast(INTS, Float.floatToRawIntBits(SATURATED));

    private final float cap;
    private final float inverse;
    private final float[] numerator = new float[P.length];

    TileSoftCap(SoftCap modifier) {
        this.cap = (float) (modifier.cap() * LOG2_E);
        this.inverse = (float) (1 / (modifier.cap() * LOG2_E));
        for (int i = 0; i < P.length; i++) {
            numerator[i] = (float) (P[i] * modifier.cap() * LOG2_E);
        }
    }

    @Override
    public void apply(Tile panel, float[] scores, int offset) {
        int end = offset + panel.keys() * Panels.WIDTH;
        for (int at = offset; at < end; at += LANES) {
            capped(FloatVector.fromArray(SPECIES, scores, at)).intoArray(scores, at);
        }
    }

    @Override
    public void move(ScoreBounds bounds, Tile panel) {
        bounds.cap(cap);
    }

    /** Scores that are no finite number stay: hidden keys, and what overflowed and shall be seen to. */
    private FloatVector capped(FloatVector score) {
        IntVector bits = score.mul(inverse).reinterpretAsInts();
        FloatVector x = bits.and(MAGNITUDE).min(SATURATED_BITS).reinterpretAsFloats();
        FloatVector u = x.mul(x);
        FloatVector tanh = polynomial(u, numerator).mul(x).div(polynomial(u, Q));
        FloatVector signed = tanh.reinterpretAsInts().or(bits.and(SIGN)).reinterpretAsFloats();
        return score.blend(signed, score.abs().compare(VectorOperators.LE, Float.MAX_VALUE));
    }

    private static FloatVector polynomial(FloatVector u, float[] c) {
        return FloatVector.broadcast(SPECIES, c[4])
                .fma(u, FloatVector.broadcast(SPECIES, c[3]))
                .fma(u, FloatVector.broadcast(SPECIES, c[2]))
                .fma(u, FloatVector.broadcast(SPECIES, c[1]))
                .fma(u, FloatVector.broadcast(SPECIES, c[0]));
    }
}
