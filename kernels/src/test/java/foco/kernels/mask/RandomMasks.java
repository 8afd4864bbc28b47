package foco.kernels.mask;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Masks of every kind, and trees of them, over a given number of queries and keys. */
public final class RandomMasks {

    private RandomMasks() {}

    /** Masks put together by and, or and not. */
    public static Arbitrary<Mask> trees(int queries, int keys) {
        return trees(kinds(queries, keys), 3);
    }

    private static Arbitrary<Mask> trees(Arbitrary<Mask> leaves, int depth) {
        if (depth == 0) {
            return leaves;
        }
        Arbitrary<Mask> smaller = trees(leaves, depth - 1);
        return Arbitraries.oneOf(
                leaves,
                Combinators.combine(smaller, smaller).as(Mask::and),
                Combinators.combine(smaller, smaller).as(Mask::or),
                smaller.map(Mask::not));
    }

    /** One mask, of any kind. */
    public static Arbitrary<Mask> kinds(int queries, int keys) {
        Arbitrary<Integer> offsets = Arbitraries.oneOf(Arbitraries.just(0), between(-queries, keys));
        Arbitrary<Integer> lengths = Arbitraries.oneOf(between(1, 8), between(1, 80));
        Arbitrary<Integer> sides = Arbitraries.oneOf(between(-1, 5), between(0, keys));
        Arbitrary<Long> seeds = Arbitraries.longs();
        return Arbitraries.oneOf(
                Arbitraries.just(Mask.full()),
                offsets.map(Mask::causal),
                Combinators.combine(sides, sides, offsets).as(Mask::window),
                Combinators.combine(lengths, offsets).as(Mask::chunks),
                Combinators.combine(lengths, offsets).as(Mask::prefix),
                Combinators.combine(lengths, offsets, seeds)
                        .as((longest, offset, seed) ->
                                Mask.documents(documents(keys, longest, new Random(seed)), offset)),
                between(0, keys).map(Mask::validKeys),
                Combinators.combine(lengths, offsets).as(Mask::global),
                Combinators.combine(lengths, offsets).as(Mask::strided),
                Combinators.combine(lengths, lengths, offsets)
                        .as((stride, summary, offset) ->
                                Mask.fixed(Math.max(stride, summary), Math.min(stride, summary), offset)),
                Combinators.combine(lengths, between(0, 2), between(0, 2), between(0, 4), seeds)
                        .as((size, global, window, random, seed) ->
                                Mask.bigBird(size, global, window, random, seed).forSequence("s", queries, keys)),
                Combinators.combine(lengths, Arbitraries.of(true, false), seeds)
                        .as((size, broadcast, seed) -> matrix(size, queries, keys, broadcast, new Random(seed))),
                between(1, 7).map(RandomMasks::predicate));
    }

    private static Mask predicate(int modulus) {
        return (head, query, key) -> (head + 3 * query + 5 * key) % modulus < (modulus + 1) / 2;
    }

    private static long[] documents(int keys, int longest, Random random) {
        long[] lengths = new long[keys];
        int documents = 0;
        for (int left = keys; left > 0; left -= (int) lengths[documents - 1]) {
            lengths[documents++] = Math.min(left, 1 + random.nextInt(longest));
        }
        return Arrays.copyOf(lengths, documents);
    }

    private static Mask matrix(int size, int queries, int keys, boolean broadcast, Random random) {
        int rows = broadcast && random.nextBoolean() ? 1 : (queries + size - 1) / size;
        int columns = broadcast && random.nextBoolean() ? 1 : (keys + size - 1) / size;
        int heads = random.nextBoolean() ? 1 : 2;
        double share = random.nextDouble();
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
