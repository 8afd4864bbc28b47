package foco.bench;

import java.util.Random;

/**
 * What every peer is given.
 *
 * @param query {@code [queries, heads * width]}, and so the others
 */
record Tokens(Shape shape, float[] query, float[] key, float[] value) {

    static Tokens random(Shape shape, long seed) {
        Random random = new Random(seed);
        return new Tokens(
                shape,
                gaussians(random, shape.queries() * shape.rowWidth()),
                gaussians(random, shape.keys() * shape.rowWidth()),
                gaussians(random, shape.keys() * shape.rowWidth()));
    }

    private static float[] gaussians(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
