package foco.kernels.vector;

import static foco.kernels.vector.Lanes.INTS;
import static foco.kernels.vector.Lanes.SPECIES;
import static foco.kernels.vector.Lanes.TYPE;

import foco.kernels.mask.Tile;
import foco.kernels.score.SoftCap;
import foco.kernels.tile.Panels;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@code cap tanh(s / cap)}, with {@code tanh x = x P(x^2) / Q(x^2)}: the best rational function of its degree for the
 * relative error up to {@value #SATURATED}, 1.2e-8, by Lawson's iteration; 3e-7 at most in float32 arithmetic and 6e-8 in the
 * root mean square, about 0 as well, where a quotient of exponentials would cancel. Beyond, tanh is 1.
 */
final class TileSoftCap implements TileModifier {

    private static final int LANES = Lanes.COUNT;
    private static final float SATURATED = 8.5f;

    private static final float[] P = {
        1, 0.1341320425271988f, 0.0035339754540473223f, 2.1250150894047692e-05f, 1.4267889980601467e-08f
    };
    private static final FloatVector Q0 = FloatVector.broadcast(SPECIES, 1);
    private static final FloatVector Q1 = FloatVector.broadcast(SPECIES, 0.46746528148651123f);
    private static final FloatVector Q2 = FloatVector.broadcast(SPECIES, 0.02602255903184414f);
    private static final FloatVector Q3 = FloatVector.broadcast(SPECIES, 0.0003348778700456023f);
    private static final FloatVector Q4 = FloatVector.broadcast(SPECIES, 8.144597245518526e-07f);

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

    /**
     * The cap rises with the score, so that it bends the bound as it bends scores; but not what overflowed. Scores that have
     * a base it cannot bend.
     */
    @Override
    public void move(PanelScores known, Tile panel) {
        for (int i = 0; i < Panels.WIDTH; i++) {
            float high = known.high[i];
            if (known.base[i] != 0) {
                known.lost(i);
            } else if (high <= Float.MAX_VALUE) {
                known.high[i] = high < 0 ? (float) (cap * StrictMath.tanh(high / cap)) : Math.min(high, cap);
            }
        }
    }

    @Override
    public void apply(Tile panel, float[] scores, int offset) {
        bend(scores, offset, panel.keys());
    }

    /** Leaves scores that are no finite number: hidden keys. */
    private void bend(float[] scores, int offset, int keys) {
        FloatVector p0 = FloatVector.broadcast(SPECIES, numerator[0]);
        FloatVector p1 = FloatVector.broadcast(SPECIES, numerator[1]);
        FloatVector p2 = FloatVector.broadcast(SPECIES, numerator[2]);
        FloatVector p3 = FloatVector.broadcast(SPECIES, numerator[3]);
        FloatVector p4 = FloatVector.broadcast(SPECIES, numerator[4]);
        int end = offset + keys * Panels.WIDTH;
        for (int at = offset; at < end; at += LANES) {
            FloatVector score = FloatVector.fromArray(SPECIES, scores, at);
            IntVector bits = score.mul(inverse).reinterpretAsInts();
            FloatVector x = bits.and(MAGNITUDE).min(SATURATED_BITS).reinterpretAsFloats();
            FloatVector u = x.mul(x);
            FloatVector p = p4.fma(u, p3).fma(u, p2).fma(u, p1).fma(u, p0);
            FloatVector q = Q4.fma(u, Q3).fma(u, Q2).fma(u, Q1).fma(u, Q0);
            FloatVector capped =
                    p.mul(x).div(q).reinterpretAsInts().or(bits.and(SIGN)).reinterpretAsFloats();
            TYPE.cast(score.blend(capped, score.abs().compare(VectorOperators.LE, Float.MAX_VALUE)))
                    .intoArray(scores, at);
        }
    }
}
