package foco.driver.analysis.head;

/**
 * The Jensen-Shannon divergence of two distributions of weight, in bits: 0 where they are alike, 1 where nothing that one gives
 * weight to has weight in the other (Lin, "Divergence measures based on the Shannon entropy", 1991).
 */
public final class Divergence {

    private static final int TABLE_BITS = 12;
    private static final int MANTISSA_BITS = 23;
    private static final int BIAS = 127;
    private static final double LOG2_E = 1 / StrictMath.log(2);

    /** log2 of 1 + i / 2^12, and the slope there. */
    private final double[] logs = new double[1 << TABLE_BITS];

    private final double[] slopes = new double[1 << TABLE_BITS];

    /** Millions of logarithms are asked for: a table and a line between its entries give them to 1e-8. */
    public Divergence() {
        for (int i = 0; i < logs.length; i++) {
            double middle = 1 + (i + 0.5) / logs.length;
            logs[i] = StrictMath.log(middle) * LOG2_E;
            slopes[i] = LOG2_E / middle;
        }
    }

    /** {@code x log2 x}; 0 of 0. */
    private double surprise(float x) {
        int bits = Float.floatToRawIntBits(x);
        int exponent = (bits >>> MANTISSA_BITS) - BIAS;
        if (exponent == -BIAS) {
            return 0; // below 1e-38 it is beside the point
        }
        int at = bits >>> MANTISSA_BITS - TABLE_BITS & logs.length - 1;
        double mantissa = Float.intBitsToFloat(bits & (1 << MANTISSA_BITS) - 1 | BIAS << MANTISSA_BITS);
        double middle = 1 + (at + 0.5) / logs.length;
        return x * (exponent + logs[at] + (mantissa - middle) * slopes[at]);
    }

    /** {@code sum p log2 p}. */
    public double surprise(float[] p) {
        double sum = 0;
        for (float x : p) {
            sum += surprise(x);
        }
        return sum;
    }

    /**
     * The divergence, given the sums {@link #surprise} of both.
     *
     * @param p which sums to 1
     * @param q which sums to 1, over the same keys
     */
    public double of(float[] p, double surpriseOfP, float[] q, double surpriseOfQ) {
        double middle = 0;
        for (int j = 0; j < p.length; j++) {
            middle += surprise((p[j] + q[j]) * 0.5f);
        }
        return Math.max(0, Math.min(1, (surpriseOfP + surpriseOfQ) / 2 - middle));
    }

    /** The divergence. */
    public double of(float[] p, float[] q) {
        return of(p, surprise(p), q, surprise(q));
    }

    /** Weights over their sum; empty if they have none. */
    public static float[] normalized(float[] weights) {
        double sum = 0;
        for (float weight : weights) {
            sum += weight;
        }
        if (!(sum > 0)) {
            return new float[0];
        }
        float[] normalized = new float[weights.length];
        for (int j = 0; j < weights.length; j++) {
            normalized[j] = (float) (weights[j] / sum);
        }
        return normalized;
    }
}
