package foco.jobs.bench;

import java.util.SplittableRandom;

/** Numbers to compute with: evenly distributed about 0 with variance 1, the same wherever they are made. */
final class RandomRows {
    private static final float BOUND = (float) Math.sqrt(3);

    private RandomRows() {}

    /** @param seed the same gives the same numbers */
    static float[] of(long seed, int count) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) (2 * random.nextDouble() - 1) * BOUND;
        }
        return numbers;
    }
}
