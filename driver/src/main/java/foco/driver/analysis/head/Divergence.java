package foco.driver.analysis.head;

/**
 * The Jensen-Shannon divergence of two distributions of weight, in bits: 0 where they are alike, 1 where nothing that one gives
 * weight to has weight in the other (Lin, "Divergence measures based on the Shannon entropy", 1991).
 */
public final class Divergence {

    /** So that the table stays in the nearest cache. */
    private static final int TABLE_BITS = 9;

    private static final int MANTISSA_BITS = 23;
    private static final int BIAS = 127;
    private static final double LOG2_E = 1 / StrictMath.log(2);

    /** Additions wait for each other in a sum, and not in several. */
    private static final int SUMS = 4;

    /** log2 of the middle of each of 2^9 parts of 1 to 2, and 1 over that middle. */
    private final double[] table = new double[2 << TABLE_BITS];

    /** Millions of logarithms are asked for: a table and two terms of a series between its entries give them to 1e-9. */
    public Divergence() {
        for (int i = 0; i < table.length; i += 2) {
            double middle = 1 + (i + 1.0) / table.length;
            table[i] = StrictMath.log(middle) * LOG2_E;
            table[i + 1] = 1 / middle;
        }
    }

    /** {@code x log2 x}; 0 of 0. */
    private double surprise(float x) {
        int bits = Float.floatToRawIntBits(x);
        int exponent = (bits >>> MANTISSA_BITS) - BIAS;
        if (exponent == -BIAS) {
            return 0; // below 1e-38 it is beside the point
        }
        int at = 2 * (bits >>> MANTISSA_BITS - TABLE_BITS & (1 << TABLE_BITS) - 1);
        double mantissa = Float.intBitsToFloat(bits & (1 << MANTISSA_BITS) - 1 | BIAS << MANTISSA_BITS);
        double beyond = mantissa * table[at + 1] - 1;
        return x * (exponent + table[at] + LOG2_E * beyond * (1 - beyond / 2));
    }

    /** {@code sum p log2 p}. */
    public double surprise(float[] p) {
        double[] sums = new double[SUMS];
        for (int j = 0; j < p.length; j++) {
            sums[j % SUMS] += surprise(p[j]);
        }
        return sums[0] + sums[1] + (sums[2] + sums[3]);
    }

    /**
     * The divergence, given the sums {@link #surprise} of both.
     *
     * @param p which sums to 1
     * @param q which sums to 1, over the same keys
     */
    public double of(float[] p, double surpriseOfP, float[] q, double surpriseOfQ) {
        double middle = middle(p, q);
        return Math.max(0, Math.min(1, (surpriseOfP + surpriseOfQ) / 2 - middle));
    }

    /** {@code sum m log2 m} of the mean of both. */
    private double middle(float[] p, float[] q) {
        double sum0 = 0;
        double sum1 = 0;
        double sum2 = 0;
        double sum3 = 0;
        int j = 0;
        for (; j + SUMS <= p.length; j += SUMS) {
            sum0 += surprise((p[j] + q[j]) * 0.5f);
            sum1 += surprise((p[j + 1] + q[j + 1]) * 0.5f);
            sum2 += surprise((p[j + 2] + q[j + 2]) * 0.5f);
            sum3 += surprise((p[j + 3] + q[j + 3]) * 0.5f);
        }
        for (; j < p.length; j++) {
            sum0 += surprise((p[j] + q[j]) * 0.5f);
        }
        return sum0 + sum1 + (sum2 + sum3);
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
