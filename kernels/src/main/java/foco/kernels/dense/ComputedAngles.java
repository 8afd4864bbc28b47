package foco.kernels.dense;

import java.util.Optional;

/**
 * Angles in float64: at position 1,000,000 a float32 angle is off by up to 0.03 radians, which no longer is the
 * rotation that was asked for.
 */
record ComputedAngles(int width, double base, RotaryScaling scaling, RotaryFrequencies frequencies)
        implements RotaryAngles {

    static ComputedAngles of(int width, double base, RotaryScaling scaling, long length) {
        RotaryFrequencies frequencies = scaling.frequencies(width, base, length);
        RotaryNumbers.require(
                frequencies.radians().length == width / 2,
                "The rotary scaling %s gives %d frequencies for a rotary width of %d; half as many as the width are due.",
                scaling,
                frequencies.radians().length,
                width);
        return new ComputedAngles(width, base, scaling, frequencies);
    }

    @Override
    public int pairs() {
        return width / 2;
    }

    @Override
    public void at(long position, double[] cos, double[] sin) {
        double[] radians = frequencies.radians();
        for (int i = 0; i < radians.length; i++) {
            double angle = position * radians[i];
            cos[i] = StrictMath.cos(angle) * frequencies.magnitude();
            sin[i] = StrictMath.sin(angle) * frequencies.magnitude();
        }
    }

    @Override
    public RotaryAngles forLength(long length) {
        return of(width, base, scaling, length);
    }

    @Override
    public Optional<String> text() {
        boolean ofAnyLength = frequencies.equals(scaling.frequencies(width, base, 0));
        return scaling.text().filter(text -> ofAnyLength).map(text -> {
            String stretch = scaling == RotaryScaling.none() ? "" : ", scaling " + text;
            String turns = base == RotaryEmbedding.BASE ? "" : ", base " + base;
            return "width %d%s%s".formatted(width, turns, stretch);
        });
    }

    @Override
    public String toString() {
        return "width %d, base %s, scaling %s".formatted(width, base, scaling);
    }
}
