package foco.kernels.score;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Attention with linear biases, of Press, Smith and Lewis, "Train Short, Test Long" (2022): a score falls by the head's
 * slope for every position between query and key, to either side.
 */
public final class Alibi implements DistanceBias {

    /** The largest slope that is taken. */
    public static final float STEEPEST = 1e6f;

    /** The first head's slope is 2 to this over the number of heads; each further head's is as much smaller again. */
    private static final double EXPONENT = -8;

    private final float[] slopes;
    private final long queryOffset;

    Alibi(float[] slopes, long queryOffset) {
        for (int h = 0; h < slopes.length; h++) {
            if (!(slopes[h] >= 0 && slopes[h] <= STEEPEST)) {
                throw new IllegalArgumentException(
                        "An ALiBi slope must lie in 0 to 1e6, and that of head %d is %s.".formatted(h, slopes[h]));
            }
        }
        this.slopes = slopes.clone();
        this.queryOffset = queryOffset;
    }

    /**
     * The published slopes: {@code 2^(-8 (h + 1) / heads)} where the heads are a power of two; else those of the power
     * below, and then every other of the power above.
     */
    public static float[] slopes(int heads) {
        float[] slopes = new float[heads];
        int power = Integer.highestOneBit(heads);
        for (int h = 0; h < heads; h++) {
            double step = h < power ? (h + 1.0) / power : (2 * (h - power) + 1.0) / (2 * power);
            slopes[h] = (float) StrictMath.pow(2, EXPONENT * step);
        }
        return slopes;
    }

    @Override
    public long queryOffset() {
        return queryOffset;
    }

    @Override
    public double bias(int head, long distance) {
        return -(double) slopes[head] * Math.abs(distance);
    }

    @Override
    public void checkHeads(int heads) {
        if (slopes.length != heads) {
            throw new IllegalArgumentException(
                    "ALiBi has %d slopes for %d heads; give one for each.".formatted(slopes.length, heads));
        }
    }

    @Override
    public ScoreModifier shifted(long positions) {
        return new Alibi(slopes, queryOffset + positions);
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof Alibi alibi
                        && queryOffset == alibi.queryOffset
                        && Arrays.equals(slopes, alibi.slopes);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(slopes) + Long.hashCode(queryOffset);
    }

    @Override
    public Optional<String> text() {
        return Optional.of(toString());
    }

    /** The published slopes follow from the heads, and are not named. */
    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        if (!Arrays.equals(slopes, slopes(slopes.length))) {
            for (float slope : slopes) {
                parts.add(Float.toString(slope));
            }
        }
        if (queryOffset != 0) {
            parts.add("query offset " + queryOffset);
        }
        return parts.isEmpty() ? "ALiBi" : "ALiBi(%s)".formatted(String.join(", ", parts));
    }
}
