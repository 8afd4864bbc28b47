package foco.fuzz;

import foco.kernels.AttentionSpec;
import foco.kernels.mask.Mask;
import foco.kernels.mask.RandomMasks;
import foco.kernels.score.LargeScores;
import foco.kernels.score.RandomScores;
import foco.kernels.score.ScoreModifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Masks, modifiers and shapes of heads, at random.
 *
 * @param heads a spec without mask and modifiers
 * @param large whether modifiers are of large numbers
 * @param seed of the modifiers' kinds, which are alike for all sequences
 */
record RandomSpec(AttentionSpec heads, boolean large, long seed) {

    static RandomSpec draw(Random random, int widest) {
        int groups = 1 + random.nextInt(3);
        int heads = groups * (1 + random.nextInt(3));
        AttentionSpec spec = AttentionSpec.of(heads, 1 + random.nextInt(widest))
                .withKeyValueHeads(groups)
                .withValueWidth(1 + random.nextInt(widest));
        if (random.nextInt(3) == 0) {
            spec = spec.withScale(Math.pow(10, random.nextDouble() * 3 - 2) / Math.sqrt(spec.keyWidth()));
        }
        if (random.nextInt(4) == 0) {
            float[] sinks = new float[heads];
            for (int h = 0; h < heads; h++) {
                sinks[h] = (float) (random.nextGaussian() * (random.nextBoolean() ? 3 : 50));
            }
            spec = spec.withSinks(sinks);
        }
        return new RandomSpec(spec, random.nextInt(4) == 0, random.nextLong());
    }

    /** The spec for a sequence of so many queries and keys; the number of modifiers does not depend on them. */
    AttentionSpec of(Random random, int queries, int keys) {
        Random kinds = new Random(seed);
        Mask mask = random.nextInt(4) == 0
                ? Mask.full()
                : RandomMasks.tree(random, heads.heads(), queries, keys, random.nextInt(4));
        List<ScoreModifier> scores = new ArrayList<>();
        if (large) {
            scores.addAll(LargeScores.sequence(kinds, heads.heads(), queries, keys));
        } else if (kinds.nextBoolean()) {
            for (int left = 1 + kinds.nextInt(3); left > 0; left--) {
                scores.add(RandomScores.any(kinds, heads.heads(), queries, keys));
            }
        }
        return heads.withMask(mask).withScores(scores);
    }
}
