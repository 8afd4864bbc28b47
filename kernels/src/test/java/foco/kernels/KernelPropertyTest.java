package foco.kernels;

import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.kernels.breeze.BreezeKernel;
import foco.kernels.breeze.ReferenceAttention;
import foco.kernels.mask.RandomMasks;
import foco.kernels.routine.AttentionKernel;
import foco.kernels.score.RandomScores;
import foco.kernels.score.ScoreModifier;
import foco.kernels.tile.KeyValueType;
import foco.kernels.vector.VectorKernel;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/**
 * Every kernel against the float64 reference, over random shapes, masks, score modifiers, sinks, scales, types of keys and
 * values, and blockings.
 */
class KernelPropertyTest {

    /** How much there is of everything. */
    record Sizes(int heads, int queries, int keys, int keyWidth, int valueWidth, int queryRows, int keyRows) {}

    /** A drawn case; the numbers come from the seed. */
    record Case(
            Sizes sizes,
            RandomMasks.Recipe mask,
            List<RandomScores.Recipe> scores,
            double sink,
            double scale,
            double magnitude,
            KeyValueType type,
            long seed) {

        Attend attend() {
            Random random = new Random(seed);
            AttentionSpec spec = spec();
            Attend attend =
                    Attend.random(random, spec, random.nextInt(spec.heads()), sizes.queries, sizes.keys, magnitude);
            round(attend.k());
            round(attend.v());
            return attend;
        }

        private AttentionSpec spec() {
            List<ScoreModifier> modifiers = scores.stream()
                    .map(recipe -> recipe.of(sizes.heads, sizes.queries, sizes.keys))
                    .toList();
            float[] sinks = new float[Double.isNaN(sink) ? 0 : sizes.heads];
            for (int h = 0; h < sinks.length; h++) {
                sinks[h] = (float) (sink + h);
            }
            return AttentionSpec.of(sizes.heads, sizes.keyWidth)
                    .withValueWidth(sizes.valueWidth)
                    .withScale(scale / Math.sqrt(sizes.keyWidth))
                    .withMask(mask.of(sizes.queries, sizes.keys))
                    .withScores(modifiers)
                    .withSinks(sinks);
        }

        private void round(float[] values) {
            for (int i = 0; i < values.length; i++) {
                values[i] = type.round(values[i]);
            }
        }

        @Override
        public String toString() {
            return "%s, %s, scale %s, magnitude %s, %s, seed %d".formatted(sizes, spec(), scale, magnitude, type, seed);
        }
    }

    @Property(tries = 3000, edgeCases = EdgeCasesMode.NONE)
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
        Attend.Result actual = attend.blockwise(kernels, drawn.sizes.queryRows, drawn.sizes.keyRows, drawn.type);
        double tolerance = Attend.tolerance(attend.largestScore());
        double error = Attend.relativeError(actual.output(), expected.output(), attend.norm());
        assertTrue(error <= tolerance, () -> "output: relative error " + error + " above " + tolerance);
        double difference = Attend.largestDifference(actual.lse(), expected.lse());
        assertTrue(difference <= tolerance, () -> "lse: error " + difference + " above " + tolerance);
    }

    @Provide
    Arbitrary<Case> cases() {
        return Combinators.combine(
                        sizes(),
                        Arbitraries.oneOf(RandomMasks.kinds(), RandomMasks.trees()),
                        scores(),
                        Arbitraries.of(Double.NaN, Double.NaN, -3.0, 4.0, 60.0),
                        Arbitraries.of(0.01, 1.0, 5.0),
                        Arbitraries.of(0.001, 1.0, 30.0, 1000.0),
                        Arbitraries.of(KeyValueType.values()),
                        Arbitraries.longs())
                .as(Case::new);
    }

    private static Arbitrary<List<RandomScores.Recipe>> scores() {
        Arbitrary<List<RandomScores.Recipe>> none = Arbitraries.just(List.of());
        return Arbitraries.oneOf(none, RandomScores.kinds().list().ofMinSize(1).ofMaxSize(3));
    }

    private static Arbitrary<Sizes> sizes() {
        Arbitrary<Integer> lengths = Arbitraries.oneOf(between(1, 40), between(1, 400));
        Arbitrary<Integer> widths =
                Arbitraries.frequencyOf(Tuple.of(9, between(1, 80)), Tuple.of(1, between(1, AttentionSpec.MAX_WIDTH)));
        return Combinators.combine(between(1, 2), lengths, lengths, widths, widths, between(1, 100), between(1, 300))
                .as(Sizes::new);
    }

    private static Arbitrary<Integer> between(int from, int to) {
        return Arbitraries.integers().between(from, to);
    }
}
