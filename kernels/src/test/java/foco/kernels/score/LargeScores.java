package foco.kernels.score;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Sequences of modifiers that make large numbers of scores and small ones of large: biases of up to 1e9, of either sign,
 * constant, rising or falling by up to 1000 a key, soft caps of 0.1 to 1e7 between them, and functions. None amplifies a
 * difference of scores, so that the error of an exact kernel depends on none of these numbers.
 */
public final class LargeScores {

    /** The largest bias: a float64 still tells scores apart beside it to 1e-7. */
    private static final double LARGEST = 1e9;

    private LargeScores() {}

    /** One to five modifiers. */
    public static List<ScoreModifier> sequence(Random random, int heads, int queries, int keys) {
        List<ScoreModifier> modifiers = new ArrayList<>();
        for (int left = 1 + random.nextInt(5); left > 0; left--) {
            modifiers.add(modifier(random, heads, queries, keys));
        }
        return modifiers;
    }

    private static ScoreModifier modifier(Random random, int heads, int queries, int keys) {
        return switch (random.nextInt(8)) {
            case 0, 1 -> ScoreModifier.softCap(power(random, -1, 7));
            case 2 -> alibi(random, heads, keys);
            case 3 -> line(random, keys);
            case 4 -> relativeBias(random, heads);
            case 5, 6 -> matrix(random, heads, queries, keys);
            default -> function(random, keys);
        };
    }

    /** Ten to a power between two. */
    private static double power(Random random, double least, double most) {
        return Math.pow(10, least + random.nextDouble() * (most - least));
    }

    private static double signed(Random random, double least, double most) {
        return power(random, least, most) * (random.nextBoolean() ? 1 : -1);
    }

    /** Nowhere, among the keys, or far from them all. */
    private static long offset(Random random, int keys) {
        return switch (random.nextInt(3)) {
            case 0 -> 0;
            case 1 -> random.nextInt(2 * keys) - keys;
            default -> (long) signed(random, 3, 7);
        };
    }

    private static ScoreModifier alibi(Random random, int heads, int keys) {
        long offset = offset(random, keys);
        float[] slopes = new float[heads];
        for (int h = 0; h < heads; h++) {
            slopes[h] = (float) Math.min(power(random, -4, 3), LARGEST / (2 * keys + Math.abs(offset)));
        }
        return ScoreModifier.alibi(offset, slopes);
    }

    private record Line(double start, double slope) implements DistanceBias {
        @Override
        public long queryOffset() {
            return 0;
        }

        @Override
        public double bias(int head, long distance) {
            return start + slope * distance;
        }
    }

    private static ScoreModifier line(Random random, int keys) {
        return new Line(signed(random, 0, 8), signed(random, -4, 3));
    }

    private static ScoreModifier relativeBias(Random random, int heads) {
        float[][] table = new float[4 + 2 * random.nextInt(20)][heads];
        double size = power(random, 0, 6);
        for (float[] row : table) {
            fill(random, row, size);
        }
        return ScoreModifier.relativeBias(table, random.nextBoolean(), 40 + random.nextInt(200), random.nextInt(100));
    }

    private static void fill(Random random, float[] values, double size) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() * size);
        }
    }

    /** Biases of one size and one sign or either, of which some hide their key, or nearly. */
    private static ScoreModifier matrix(Random random, int heads, int queries, int keys) {
        int maps = random.nextBoolean() ? 1 : heads;
        int rows = random.nextBoolean() ? 1 : queries;
        int columns = random.nextInt(4) == 0 ? 1 : keys;
        float[] biases = new float[maps * rows * columns];
        fill(random, biases, power(random, 0, 7));
        float start = (float) (random.nextBoolean() ? 0 : signed(random, 0, 8));
        float lowest = random.nextBoolean() ? Float.NEGATIVE_INFINITY : -1e9f;
        double hidden = random.nextBoolean() ? 0 : random.nextDouble();
        for (int i = 0; i < biases.length; i++) {
            biases[i] = random.nextDouble() < hidden ? lowest : start + biases[i];
        }
        if (random.nextInt(4) == 0) { // a step, as of padding
            Arrays.fill(biases, 0, random.nextInt(biases.length), lowest);
        }
        return ScoreModifier.bias(maps, rows, columns, biases);
    }

    private static ScoreModifier function(Random random, int keys) {
        double start = signed(random, 0, 8);
        double slope = signed(random, -4, 3);
        return switch (random.nextInt(6)) {
            case 0 -> (score, head, query, key) -> score + start;
            case 1 -> (score, head, query, key) -> score + slope * (query - key + keys / 3);
            case 2 -> (score, head, query, key) -> -score;
            case 3 -> (score, head, query, key) -> Math.abs(score);
            case 4 -> (score, head, query, key) -> Math.max(-Math.abs(start), Math.min(Math.abs(start), score));
            default ->
                (score, head, query, key) -> (query + key) % 7 == 0 ? Double.NEGATIVE_INFINITY : 0.5 * score + head;
        };
    }
}
