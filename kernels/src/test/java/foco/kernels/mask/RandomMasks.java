package foco.kernels.mask;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/**
 * Masks of every kind, and trees of them. They are drawn as recipes for any number of queries and keys, since jqwik is
 * slow where what can be drawn depends on what was.
 */
public final class RandomMasks {

    /** A mask for so many queries and keys. */
    @FunctionalInterface
    public interface Recipe {
        Mask of(int queries, int keys);
    }

    private RandomMasks() {}

    /** Masks put together by and, or and not, and those of a program's own for queries further on. */
    public static Arbitrary<Recipe> trees() {
        return trees(kinds(), 3);
    }

    private static Arbitrary<Recipe> trees(Arbitrary<Recipe> leaves, int depth) {
        if (depth == 0) {
            return leaves;
        }
        Arbitrary<Recipe> smaller = trees(leaves, depth - 1);
        return Arbitraries.oneOf(
                leaves,
                Combinators.combine(smaller, smaller)
                        .as((a, b) -> (queries, keys) -> a.of(queries, keys).and(b.of(queries, keys))),
                Combinators.combine(smaller, smaller)
                        .as((a, b) -> (queries, keys) -> a.of(queries, keys).or(b.of(queries, keys))),
                smaller.map(a -> (queries, keys) -> a.of(queries, keys).not()),
                Combinators.combine(smaller, between(0, 40))
                        .as((a, further) ->
                                (queries, keys) -> new UserMask(a.of(queries + further, keys)).shifted(further)));
    }

    /** One mask, of any kind. */
    public static Arbitrary<Recipe> kinds() {
        Arbitrary<Integer> lengths = Arbitraries.oneOf(between(1, 8), between(1, 80));
        Arbitrary<Integer> few = between(0, 3);
        Arbitrary<Double> shares =
                Arbitraries.oneOf(Arbitraries.just(0.5), Arbitraries.doubles().between(0, 1));
        Arbitrary<Long> seeds = Arbitraries.longs();
        return Combinators.combine(between(0, 12), lengths, lengths, few, shares, seeds)
                .as((kind, a, b, c, share, seed) ->
                        (queries, keys) -> mask(kind, 2, queries, keys, a, b, c, share, new Random(seed)));
    }

    /** Masks of any kind for so many heads, put together by and, or and not up to so deep. */
    public static Mask tree(Random random, int heads, int queries, int keys, int depth) {
        switch (depth == 0 ? 0 : random.nextInt(4)) {
            case 1:
                return tree(random, heads, queries, keys, depth - 1).and(tree(random, heads, queries, keys, depth - 1));
            case 2:
                return tree(random, heads, queries, keys, depth - 1).or(tree(random, heads, queries, keys, depth - 1));
            case 3:
                return tree(random, heads, queries, keys, depth - 1).not();
            default:
                int a = 1 + random.nextInt(random.nextBoolean() ? 8 : 80);
                int b = 1 + random.nextInt(random.nextBoolean() ? 8 : 80);
                double share = random.nextBoolean() ? 0.5 : random.nextDouble();
                return mask(random.nextInt(13), heads, queries, keys, a, b, random.nextInt(4), share, random);
        }
    }

    private static Mask mask(
            int kind, int heads, int queries, int keys, int a, int b, int c, double share, Random random) {
        // Half of all offsets are 0, the others anything that leaves some query some key.
        long offset = share == 0.5 ? 0 : Math.round(share * (queries + keys) - queries);
        return switch (kind) {
            case 0 -> Mask.full();
            case 1 -> Mask.causal(offset);
            case 2 -> Mask.window(c == 3 ? -1 : a - 1, c == 2 ? -1 : b - 1, offset);
            case 3 -> Mask.chunks(a, offset);
            case 4 -> Mask.prefix(a, offset);
            case 5 -> Mask.documents(documents(keys, a, random), offset);
            case 6 -> Mask.validKeys(Math.round(share * keys));
            case 7 -> Mask.global(a, offset);
            case 8 -> Mask.strided(a, offset);
            case 9 -> Mask.fixed(Math.max(a, b), Math.min(a, b), offset);
            case 10 -> Mask.bigBird(a, c % 3, c / 2, c, random.nextLong()).forSequence("s", queries, keys);
            case 11 -> matrix(a, heads, queries, keys, share, random);
            default -> (head, query, key) -> (head + 3 * query + 5 * key) % a < (a + 1) / 2;
        };
    }

    private static long[] documents(int keys, int longest, Random random) {
        long[] lengths = new long[keys];
        int documents = 0;
        for (int left = keys; left > 0; left -= (int) lengths[documents - 1]) {
            lengths[documents++] = Math.min(left, 1 + random.nextInt(longest));
        }
        return Arrays.copyOf(lengths, documents);
    }

    private static Mask matrix(int size, int most, int queries, int keys, double share, Random random) {
        int heads = random.nextBoolean() ? 1 : most;
        int rows = random.nextInt(3) == 0 ? 1 : (queries + size - 1) / size;
        int columns = random.nextInt(3) == 0 ? 1 : (keys + size - 1) / size;
        BitSet map = new BitSet();
        for (int i = 0; i < heads * rows * columns; i++) {
            map.set(i, random.nextDouble() < share);
        }
        return Mask.blocks(size, heads, rows, columns, map);
    }

    private static Arbitrary<Integer> between(int from, int to) {
        return Arbitraries.integers().between(from, to);
    }
}
