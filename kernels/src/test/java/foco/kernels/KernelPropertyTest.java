package foco.kernels;

import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.kernels.breeze.BreezeKernel;
import foco.kernels.breeze.ReferenceAttention;
import foco.kernels.mask.Mask;
import foco.kernels.mask.RandomMasks;
import foco.kernels.vector.VectorKernel;
import java.util.Random;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Every kernel against the float64 reference, over random shapes, masks, scales and blockings. */
class KernelPropertyTest {

    /** A drawn case; the numbers come from the seed. */
    record Case(
            int queries,
            int keys,
            int keyWidth,
            int valueWidth,
            Mask mask,
            double scale,
            double magnitude,
            int queryRows,
            int keyRows,
            long seed) {

        Attend attend() {
            AttentionSpec spec = Attend.oneHead(keyWidth, valueWidth, mask).withScale(scale / Math.sqrt(keyWidth));
            return Attend.random(new Random(seed), spec, queries, keys, magnitude);
        }
    }

    @Property(tries = 2000, edgeCases = EdgeCasesMode.NONE)
    void vectorKernelMatchesReference(@ForAll("cases") Case drawn) {
        assertMatchesReference(drawn, VectorKernel::new);
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void breezeKernelMatchesReference(@ForAll("cases") Case drawn) {
        assertMatchesReference(drawn, BreezeKernel::new);
    }

    private static void assertMatchesReference(Case drawn, Function<AttentionSpec, AttentionKernel> kernels) {
        Attend attend = drawn.attend();
        ReferenceAttention.Result expected = attend.reference();
        Attend.Result actual = attend.blockwise(kernels, drawn.queryRows, drawn.keyRows);
        double tolerance = Attend.tolerance(attend.largestScore());
        double error = Attend.relativeError(actual.output(), expected.output(), attend.norm());
        assertTrue(error <= tolerance, () -> "output: relative error " + error + " above " + tolerance);
        double difference = Attend.largestDifference(actual.lse(), expected.lse());
        assertTrue(difference <= tolerance, () -> "lse: error " + difference + " above " + tolerance);
    }

    @Provide
    Arbitrary<Case> cases() {
        Arbitrary<Integer> lengths = Arbitraries.oneOf(between(1, 40), between(1, 400));
        Arbitrary<Integer> widths = Arbitraries.oneOf(between(1, 70), between(1, AttentionSpec.MAX_WIDTH));
        Arbitrary<RandomMasks.Recipe> masks = Arbitraries.oneOf(RandomMasks.kinds(), RandomMasks.trees());
        Arbitrary<Double> scales = Arbitraries.of(0.01, 1.0, 5.0);
        Arbitrary<Double> magnitudes = Arbitraries.of(0.001, 1.0, 30.0, 1000.0);
        return Combinators.combine(
                        Combinators.combine(lengths, lengths, widths, widths)
                                .as((n, m, d, w) -> new int[] {n, m, d, w}),
                        masks,
                        scales,
                        magnitudes,
                        between(1, 100),
                        between(1, 300),
                        Arbitraries.longs())
                .as((shape, mask, scale, magnitude, queryRows, keyRows, seed) -> new Case(
                        shape[0],
                        shape[1],
                        shape[2],
                        shape[3],
                        mask.of(shape[0], shape[1]),
                        scale,
                        magnitude,
                        queryRows,
                        keyRows,
                        seed));
    }

    private static Arbitrary<Integer> between(int from, int to) {
        return Arbitraries.integers().between(from, to);
    }
}
