package foco.kernels;

import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.kernels.breeze.BreezeKernel;
import foco.kernels.breeze.ReferenceAttention;
import foco.kernels.mask.Mask;
import foco.kernels.mask.RandomMasks;
import foco.kernels.routine.AttentionKernel;
import foco.kernels.score.LargeScores;
import foco.kernels.vector.VectorKernel;
import java.util.Random;
import java.util.function.Function;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Random sequences of modifiers with large numbers, over thousands of keys in several blocks and tiles of every alignment,
 * against float64. The tolerance knows nothing of how large the numbers are.
 */
class LargeScoresTest {

    /**
     * Products of queries and keys that small, and numbers up to 64 beside them, which a kernel keeps as they are; and half
     * an ulp for each of the 256 keys whose weights a tile adds in float32, since weights of one size are rounded alike.
     */
    private static final double TOLERANCE = 1e-5 + 256 * 0x1p-24;

    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
    void vectorKernelMatchesFloat64(@ForAll long seed) {
        assertMatches(seed, VectorKernel::new);
    }

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void breezeKernelMatchesFloat64(@ForAll long seed) {
        assertMatches(seed, BreezeKernel::new);
    }

    private static void assertMatches(long seed, Function<AttentionSpec, AttentionKernel> kernels) {
        Random random = new Random(seed);
        int queries = 1 + random.nextInt(60);
        int keys = 1 + random.nextInt(random.nextBoolean() ? 300 : 3000);
        int heads = 1 + random.nextInt(2);
        Mask mask =
                random.nextBoolean() ? Mask.full() : RandomMasks.tree(random, heads, queries, keys, random.nextInt(3));
        AttentionSpec spec = AttentionSpec.of(heads, 1 + random.nextInt(20))
                .withValueWidth(1 + random.nextInt(20))
                .withMask(mask)
                .withScores(LargeScores.sequence(random, heads, queries, keys));
        Attend attend =
                Attend.random(random, spec, random.nextInt(heads), queries, keys, Math.pow(10, random.nextInt(4) - 3));
        int queryRows = 1 + random.nextInt(queries);
        int keyRows = 1 + random.nextInt(keys);
        ReferenceAttention.Result expected = attend.reference();
        Attend.Result actual = attend.blockwise(kernels, queryRows, keyRows);
        double error = Attend.relativeError(actual.output(), expected.output(), attend.norm());
        double difference = Attend.largestDifference(actual.lse(), expected.lse());
        assertTrue(
                error <= TOLERANCE && difference <= TOLERANCE,
                () -> "output %s, lse %s: seed %d, %d queries by %d, %d keys by %d, %s"
                        .formatted(error, difference, seed, queries, queryRows, keys, keyRows, spec));
    }
}
