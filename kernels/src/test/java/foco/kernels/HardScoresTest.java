package foco.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.kernels.breeze.BreezeKernel;
import foco.kernels.breeze.ReferenceAttention;
import foco.kernels.mask.Mask;
import foco.kernels.routine.AttentionKernel;
import foco.kernels.vector.VectorKernel;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Scores that an online softmax gets wrong if it is careless: where references move, bounds mislead or rows are empty. */
class HardScoresTest {

    private static final int WIDTH = 16;
    private static final int QUERIES = 37;
    private static final int KEYS = 700;

    static Stream<Function<AttentionSpec, AttentionKernel>> kernels() {
        return Stream.of(VectorKernel::new, BreezeKernel::new);
    }

    /** Attention in which query {@code i} scores {@code score(j)} on key {@code j}: only element 0 is not zero. */
    private static Attend scoring(Function<Integer, Double> score, Mask mask) {
        Attend attend =
                Attend.random(new Random(5), Attend.oneHead(WIDTH, WIDTH, mask).withScale(1), QUERIES, KEYS, 0);
        Arrays.fill(attend.k(), 0);
        for (int i = 0; i < QUERIES; i++) {
            attend.q()[i * WIDTH] = 1;
        }
        for (int j = 0; j < KEYS; j++) {
            attend.k()[j * WIDTH] = score.apply(j).floatValue();
        }
        return attend;
    }

    private static void assertExact(Attend attend, Function<AttentionSpec, AttentionKernel> kernel, double tolerance) {
        ReferenceAttention.Result expected = attend.reference();
        Attend.Result actual = attend.blockwise(kernel, QUERIES, 256);
        double error = Attend.relativeError(actual.output(), expected.output());
        assertTrue(error <= tolerance, () -> "relative error " + error);
        double difference = Attend.largestDifference(actual.lse(), expected.lse());
        assertTrue(difference <= tolerance, () -> "lse error " + difference);
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void equalScoresAverageTheValues(Function<AttentionSpec, AttentionKernel> kernel) {
        assertExact(scoring(j -> 3.0, Mask.full()), kernel, 1e-6);
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void oneHugeScoreTakesAllTheWeight(Function<AttentionSpec, AttentionKernel> kernel) {
        assertExact(scoring(j -> j == 411 ? 1e4 : 0, Mask.full()), kernel, 1e-6);
    }

    /** The square of a query's norm is no float32 above zero, yet its scores are as large as any. */
    @ParameterizedTest
    @MethodSource("kernels")
    void queriesTooSmallToSquareMayScoreHigh(Function<AttentionSpec, AttentionKernel> kernel) {
        Attend attend = scoring(j -> j * 0.3e25, Mask.full());
        for (int i = 0; i < QUERIES; i++) {
            attend.q()[i * WIDTH] = 1e-25f;
        }
        assertExact(attend, kernel, 1e-5);
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void aHugeNegativeScoreTakesNone(Function<AttentionSpec, AttentionKernel> kernel) {
        assertExact(scoring(j -> j == 411 ? -1e4 : 0, Mask.full()), kernel, 1e-6);
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void scoresThatRiseTileAfterTileMoveTheReference(Function<AttentionSpec, AttentionKernel> kernel) {
        assertExact(scoring(j -> (double) (j / 64) * 90 - 400, Mask.full()), kernel, 1e-6);
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void scoresThatRiseWithinTheSlackKeepIt(Function<AttentionSpec, AttentionKernel> kernel) {
        assertExact(scoring(j -> (double) (j / 64) * 2, Mask.full()), kernel, 3e-6);
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void aFirstTileFarBelowALaterOneDoesNotCount(Function<AttentionSpec, AttentionKernel> kernel) {
        assertExact(scoring(j -> j < 256 ? -9e3 : j * 1e-3, Mask.full()), kernel, 1e-6);
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void boundsFarAboveTheScoresDoNotHarm(Function<AttentionSpec, AttentionKernel> kernel) {
        Attend attend = scoring(j -> j * 1e-3, Mask.full());
        for (int j = 0; j < KEYS; j++) {
            attend.k()[j * WIDTH + 1] = 1e15f; // no query looks this way, but the norms do
        }
        assertExact(attend, kernel, 1e-6);
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void normsBeyondFloat32DoNotHarm(Function<AttentionSpec, AttentionKernel> kernel) {
        Attend attend = scoring(j -> j * 1e-3, Mask.full());
        for (int j = 0; j < KEYS; j++) {
            Arrays.fill(attend.k(), j * WIDTH + 1, (j + 1) * WIDTH, Float.MAX_VALUE);
        }
        assertExact(attend, kernel, 1e-6);
    }

    /** Weights up to 2^40 relative to the reference, and sums of hundreds of values, half of either sign. */
    @ParameterizedTest
    @MethodSource("kernels")
    void hugeValuesDoNotOverflow(Function<AttentionSpec, AttentionKernel> kernel) {
        Attend attend = scoring(j -> (double) (j / 64) * 2, Mask.full());
        for (int j = 0; j < attend.v().length; j++) {
            attend.v()[j] = Math.copySign(Float.MAX_VALUE * (1 - j % 5 / 8f), attend.v()[j]);
        }
        assertExact(attend, kernel, 3e-6);
        for (int j = 0; j < attend.v().length; j++) {
            attend.v()[j] = Math.abs(attend.v()[j]);
        }
        assertExact(attend, kernel, 3e-6);
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void randomScoresOfMagnitudeTenThousandMatch(Function<AttentionSpec, AttentionKernel> kernel) {
        Attend attend = Attend.random(
                new Random(11), Attend.oneHead(64, 64, Mask.full()).withScale(1), 50, 8192, 1200);
        ReferenceAttention.Result expected = attend.reference();
        double largest = Arrays.stream(expected.lse()).max().orElseThrow();
        assertTrue(largest > 1e4, "largest lse " + largest);
        Attend.Result actual = attend.blockwise(kernel, 50, 768);
        double error = Attend.relativeError(actual.output(), expected.output());
        assertTrue(error <= 1e-6, () -> "relative error " + error);
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void queriesThatSeeNothingGiveZerosAndMinusInfinity(Function<AttentionSpec, AttentionKernel> kernel) {
        Attend attend = scoring(j -> j * 1e-3, Mask.causal(-20));
        Attend.Result actual = attend.blockwise(kernel, QUERIES, 256);
        assertArrayEquals(new float[20 * WIDTH], Arrays.copyOf(actual.output(), 20 * WIDTH));
        for (int i = 0; i < 20; i++) {
            assertEquals(Float.NEGATIVE_INFINITY, actual.lse()[i]);
        }
        assertExact(attend, kernel, 1e-6);
    }
}
