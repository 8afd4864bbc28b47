package foco.kernels.dense;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/** Cosines and sines that a model brings along, {@code [positions, pairs]} row-major each. */
record CachedAngles(int pairs, float[] cosines, float[] sines) implements RotaryAngles {

    @Override
    public void at(long position, double[] cos, double[] sin) {
        int positions = cosines.length / pairs;
        if (position < 0 || position >= positions) {
            throw new IllegalArgumentException(
                    "The cache of cosines and sines holds positions 0 to %d, and no %d; give a longer one."
                            .formatted(positions - 1, position));
        }
        int row = (int) position * pairs;
        for (int i = 0; i < pairs; i++) {
            cos[i] = cosines[row + i];
            sin[i] = sines[row + i];
        }
    }

    @Override
    public RotaryAngles forLength(long length) {
        return this;
    }

    @Override
    public Optional<String> text() {
        return Optional.empty();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CachedAngles angles
                && pairs == angles.pairs
                && Arrays.equals(cosines, angles.cosines)
                && Arrays.equals(sines, angles.sines);
    }

    @Override
    public int hashCode() {
        return Objects.hash(pairs, Arrays.hashCode(cosines), Arrays.hashCode(sines));
    }

    @Override
    public String toString() {
        return "width %d, given for %d positions".formatted(2 * pairs, cosines.length / pairs);
    }
}
