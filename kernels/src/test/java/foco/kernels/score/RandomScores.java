package foco.kernels.score;

import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/**
 * Score modifiers of every kind. They are drawn as recipes for any number of heads, queries and keys, since jqwik is slow
 * where what can be drawn depends on what was.
 */
public final class RandomScores {

    /** A modifier for so many heads, queries and keys. */
    @FunctionalInterface
    public interface Recipe {
        ScoreModifier of(int heads, int queries, int keys);
    }

    private RandomScores() {}

    public static Arbitrary<Recipe> kinds() {
        Arbitrary<Integer> offsets = Arbitraries.oneOf(Arbitraries.just(0), between(-100, 100));
        return Combinators.combine(between(0, 6), offsets, Arbitraries.longs())
                .as((kind, offset, seed) ->
                        (heads, queries, keys) -> modifier(kind, offset, new Random(seed), heads, queries, keys));
    }

    /** A modifier of any kind. */
    public static ScoreModifier any(Random random, int heads, int queries, int keys) {
        int offset = random.nextBoolean() ? 0 : random.nextInt(201) - 100;
        return modifier(random.nextInt(7), offset, random, heads, queries, keys);
    }

    private static ScoreModifier modifier(int kind, int offset, Random random, int heads, int queries, int keys) {
        return switch (kind) {
            case 0 -> ScoreModifier.softCap(Math.pow(10, random.nextDouble() * 5 - 2));
            case 1 -> ScoreModifier.alibi(heads);
            case 2 -> ScoreModifier.alibi(offset, slopes(random, heads));
            case 3 -> relativeBias(random, heads, offset);
            case 4 -> {
                int rows = random.nextBoolean() ? 1 : queries;
                int columns = random.nextBoolean() ? 1 : keys;
                int maps = random.nextBoolean() ? 1 : heads;
                float[] biases = gaussians(random, maps * rows * columns, 3);
                yield ScoreModifier.bias(maps, rows, columns, random.nextBoolean() ? biases : hideSome(biases, random));
            }
            case 5 ->
                (score, head, query, key) ->
                        (query * 7 + key * 5 + head) % 11 == 0 ? Double.NEGATIVE_INFINITY : score + head - key % 3;
            default -> (score, head, query, key) -> 0.5 * score + Math.sin(query - key + offset);
        };
    }

    private static float[] slopes(Random random, int heads) {
        float[] slopes = new float[heads];
        for (int h = 0; h < heads; h++) {
            slopes[h] = random.nextFloat();
        }
        return slopes;
    }

    private static ScoreModifier relativeBias(Random random, int heads, int offset) {
        float[][] table = new float[4 + 2 * random.nextInt(20)][];
        for (int b = 0; b < table.length; b++) {
            table[b] = gaussians(random, heads, 3);
        }
        return ScoreModifier.relativeBias(table, random.nextBoolean(), 40 + random.nextInt(200), offset);
    }

    private static float[] gaussians(Random random, int count, double deviation) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (random.nextGaussian() * deviation);
        }
        return values;
    }

    /** Of ten biases one is -infinity and one, as some write it, the float32 before. */
    private static float[] hideSome(float[] biases, Random random) {
        for (int i = 0; i < biases.length; i++) {
            int kind = random.nextInt(10);
            biases[i] = kind == 0 ? Float.NEGATIVE_INFINITY : kind == 1 ? -Float.MAX_VALUE : biases[i];
        }
        return biases;
    }

    private static Arbitrary<Integer> between(int from, int to) {
        return Arbitraries.integers().between(from, to);
    }
}
