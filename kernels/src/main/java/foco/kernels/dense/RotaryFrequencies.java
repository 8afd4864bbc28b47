package foco.kernels.dense;

import java.io.Serializable;
import java.util.Arrays;

/**
 * How far each pair of elements turns from one position to the next.
 *
 * @param radians one angle a pair, {@code [width / 2]}
 * @param magnitude what sines and cosines are multiplied by; 1 unless a scaling says otherwise
 */
public record RotaryFrequencies(double[] radians, double magnitude) implements Serializable {

    @Override
    public boolean equals(Object other) {
        return other instanceof RotaryFrequencies frequencies
                && magnitude == frequencies.magnitude
                && Arrays.equals(radians, frequencies.radians);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(radians) + Double.hashCode(magnitude);
    }

    /** Rotary embedding as first published: {@code radians[i] = base^(-2 i / width)}. */
    static RotaryFrequencies of(int width, double base) {
        double[] radians = new double[width / 2];
        Arrays.setAll(radians, i -> StrictMath.pow(base, -2.0 * i / width));
        return new RotaryFrequencies(radians, 1);
    }
}
