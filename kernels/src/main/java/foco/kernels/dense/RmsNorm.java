package foco.kernels.dense;

/**
 * Root-mean-square normalisation (Zhang and Sennrich, 2019): each row is divided by the root of the mean of its squares,
 * then multiplied by a gain, element by element.
 */
public final class RmsNorm implements Norm {

    private final float[] gain;
    private final double epsilon;

    /**
     * @param gain one number for each element of a row
     * @param epsilon what is added to the mean of squares, so that a row of zeros does not divide by 0
     */
    public RmsNorm(float[] gain, double epsilon) {
        if (gain.length == 0 || !(epsilon > 0)) {
            throw new IllegalArgumentException(
                    "An RMS norm takes gains and an epsilon above 0; given %d and %s.".formatted(gain.length, epsilon));
        }
        this.gain = gain.clone();
        this.epsilon = epsilon;
    }

    /** As Gemma stores it: the gain is {@code 1 + weights}. */
    public static RmsNorm plusOne(float[] weights, double epsilon) {
        float[] gain = weights.clone();
        for (int i = 0; i < gain.length; i++) {
            gain[i] += 1;
        }
        return new RmsNorm(gain, epsilon);
    }

    @Override
    public int width() {
        return gain.length;
    }

    /** Not to be written. */
    public float[] gain() {
        return gain;
    }

    public double epsilon() {
        return epsilon;
    }
}
