package foco.kernels.machine;

import foco.kernels.vector.PeakLoop;

/**
 * What one core can do at most: multiplications and additions in float32 on registers alone, the yardstick of every
 * kernel. On the Vector API these are fused multiply-adds of whole vectors; without its module, single ones, which is
 * what a portable kernel written in Java can hope for.
 */
public final class Peak {

    private static final boolean VECTOR = Kernels.isVector();

    private static final int PORTABLE_CHAINS = 12;

    /** So small that a sum of any number of its squares stays finite. */
    private static final float FACTOR = 1e-3f;

    private Peak() {}

    /** The bits of the vectors that kernels use in this JVM: 128, 256 or 512; 0 without the Vector API. */
    public static int vectorBits() {
        return VECTOR ? PeakLoop.vectorBits() : 0;
    }

    /**
     * Runs the loop on the calling thread; whoever takes the time divides.
     *
     * @param turns of a few cycles each
     * @return the operations done, a multiplication and an addition counting as two
     */
    public static double run(int turns) {
        float sum = VECTOR ? PeakLoop.run(turns, FACTOR) : portable(turns, FACTOR);
        if (!Float.isFinite(sum)) {
            throw new IllegalStateException("The sum of %d small products is %s.".formatted(turns, sum));
        }
        return (double) turns * (VECTOR ? PeakLoop.operationsPerTurn() : 2 * PORTABLE_CHAINS);
    }

    private static float portable(int turns, float factor) {
        float s0 = 0;
        float s1 = factor;
        float s2 = 2 * factor;
        float s3 = 3 * factor;
        float s4 = 4 * factor;
        float s5 = 5 * factor;
        float s6 = 6 * factor;
        float s7 = 7 * factor;
        float s8 = 8 * factor;
        float s9 = 9 * factor;
        float s10 = 10 * factor;
        float s11 = 11 * factor;
        // Each sum is multiplied, too: a product of two constants would be computed once, before the loop.
        for (int i = 0; i < turns; i++) {
            s0 = s0 * factor + factor;
            s1 = s1 * factor + factor;
            s2 = s2 * factor + factor;
            s3 = s3 * factor + factor;
            s4 = s4 * factor + factor;
            s5 = s5 * factor + factor;
            s6 = s6 * factor + factor;
            s7 = s7 * factor + factor;
            s8 = s8 * factor + factor;
            s9 = s9 * factor + factor;
            s10 = s10 * factor + factor;
            s11 = s11 * factor + factor;
        }
        return s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11;
    }
}
