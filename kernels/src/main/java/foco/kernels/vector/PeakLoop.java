package foco.kernels.vector;

import static foco.kernels.vector.Lanes.SPECIES;
import static foco.kernels.vector.Lanes.TYPE;

import jdk.incubator.vector.FloatVector;

/**
 * Fused multiply-adds that touch registers only: no kernel of this module's vectors can be faster. Twelve independent
 * chains hide a latency of up to six cycles on two ports, and with their two factors they fit in 16 registers.
 */
public final class PeakLoop {

    private static final int CHAINS = 12;

    /**
     * 1, which the compiler must not know: it would unroll the loop, and JDK 25 then lines up the links of one chain
     * after the other, so that they wait for each other.
     */
    private static int stride = 1;

    private PeakLoop() {}

    /** The bits of the vectors that the kernels of this package use here: 128, 256 or 512. */
    public static int vectorBits() {
        return SPECIES.vectorBitSize();
    }

    /** The operations in one turn of {@link #run}: two multiplications and additions in every lane of every chain. */
    public static int operationsPerTurn() {
        return 4 * CHAINS * SPECIES.length();
    }

    /**
     * Runs the loop. Two steps a turn make the method too large for the compiler to inline: among a caller's registers
     * it ran at less than half the rate.
     *
     * @return the sum of all chains, for the caller to look at: what nobody looks at the compiler leaves out
     */
    public static float run(int turns, float factor) {
        FloatVector a = FloatVector.broadcast(SPECIES, factor);
        FloatVector b = FloatVector.broadcast(SPECIES, factor);
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = a;
        FloatVector s2 = s1.add(a);
        FloatVector s3 = s2.add(a);
        FloatVector s4 = s3.add(a);
        FloatVector s5 = s4.add(a);
        FloatVector s6 = s5.add(a);
        FloatVector s7 = s6.add(a);
        FloatVector s8 = s7.add(a);
        FloatVector s9 = s8.add(a);
        FloatVector s10 = s9.add(a);
        FloatVector s11 = s10.add(a);
        for (int i = 0; i < turns; i += stride) {
            s0 = a.fma(b, s0);
            s1 = a.fma(b, s1);
            s2 = a.fma(b, s2);
            s3 = a.fma(b, s3);
            s4 = a.fma(b, s4);
            s5 = a.fma(b, s5);
            s6 = a.fma(b, s6);
            s7 = a.fma(b, s7);
            s8 = a.fma(b, s8);
            s9 = a.fma(b, s9);
            s10 = a.fma(b, s10);
            s11 = a.fma(b, s11);
            s0 = a.fma(b, s0);
            s1 = a.fma(b, s1);
            s2 = a.fma(b, s2);
            s3 = a.fma(b, s3);
            s4 = a.fma(b, s4);
            s5 = a.fma(b, s5);
            s6 = a.fma(b, s6);
            s7 = a.fma(b, s7);
            s8 = a.fma(b, s8);
            s9 = a.fma(b, s9);
            s10 = a.fma(b, s10);
            s11 = a.fma(b, s11);
        }
        float[] lanes = new float[SPECIES.length()];
        FloatVector all = TYPE.cast(s0)
                .add(s1)
                .add(s2)
                .add(s3)
                .add(s4)
                .add(s5)
                .add(s6)
                .add(s7)
                .add(s8)
                .add(s9)
                .add(s10)
                .add(s11);
        TYPE.cast(all).intoArray(lanes, 0);
        float sum = 0;
        for (float lane : lanes) {
            sum += lane;
        }
        return sum;
    }
}
