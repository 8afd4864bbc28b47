package foco.kernels.dense;

import java.io.Serializable;

/**
 * Layer normalisation (Ba, Kiros and Hinton, 2016): each row is shifted and scaled to mean 0 and variance 1, then
 * multiplied by a gain and moved by a bias, element by element.
 */
public final class LayerNorm implements Serializable {

    private final float[] gain;
    private final float[] bias;
    private final double epsilon;

    /**
     * @param gain and {@code bias}: one number for each element of a row
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

    /** Normalises {@code rows} rows of {@code x}, {@code [rows, width]} row-major, in place. */
    public void apply(float[] x, int rows) {
        int width = gain.length;
        for (int row = 0; row < rows * width; row += width) {
            double mean = 0;
            for (int j = 0; j < width; j++) {
                mean += x[row + j];
            }
            mean /= width;
            double variance = 0;
            for (int j = 0; j < width; j++) {
                variance += (x[row + j] - mean) * (x[row + j] - mean);
            }
            double factor = 1 / Math.sqrt(variance / width + epsilon);
            for (int j = 0; j < width; j++) {
                x[row + j] = (float) ((x[row + j] - mean) * factor * gain[j] + bias[j]);
            }
        }
    }
}
