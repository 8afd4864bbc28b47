package foco.kernels.dense;

/**
 * Layer normalisation (Ba, Kiros and Hinton, 2016): each row is shifted and scaled to mean 0 and variance 1, then
 * multiplied by a gain and moved by a bias, element by element.
 */
public final class LayerNorm implements Norm {

    private final float[] gain;
    private final float[] bias;
    private final double epsilon;

    /**
     * @param gain one number for each element of a row
     * @param bias as many; zeros for a norm without
     * @param epsilon what is added to the variance, so that a constant row does not divide by 0
     */
    public LayerNorm(float[] gain, float[] bias, double epsilon) {
        if (gain.length == 0 || gain.length != bias.length || !(epsilon > 0)) {
            throw new IllegalArgumentException(
                    "A layer norm takes as many gains as biases and an epsilon above 0; given %d, %d and %s."
                            .formatted(gain.length, bias.length, epsilon));
        }
        this.gain = gain.clone();
        this.bias = bias.clone();
        this.epsilon = epsilon;
    }

    @Override
    public int width() {
        return gain.length;
    }

    /** Not to be written. */
    public float[] gain() {
        return gain;
    }

    /** Not to be written. */
    public float[] bias() {
        return bias;
    }

    public double epsilon() {
        return epsilon;
    }
}
