package foco.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.kernels.breeze.BreezeKernel;
import foco.kernels.breeze.ReferenceAttention;
import foco.kernels.mask.Mask;
import foco.kernels.routine.AttentionKernel;
import foco.kernels.score.DistanceBias;
import foco.kernels.score.ScoreModifier;
import foco.kernels.softmax.SoftmaxState;
import foco.kernels.tile.QueryBlock;
import foco.kernels.vector.VectorKernel;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Biases and values so large that a float32 beside them has no digits left for what tells keys apart. None of it takes
 * from the precision of the result, since attention only goes by differences of scores and averages of values.
 */
class LargeNumbersTest {

    private static final double TOLERANCE = 2e-6;
    private static final int WIDTH = 16;
    private static final int QUERIES = 41;
    private static final int KEYS = 1000;

    static Stream<Function<AttentionSpec, AttentionKernel>> kernels() {
        return Stream.of(VectorKernel::new, BreezeKernel::new);
    }

    private static Attend random(Mask mask, ScoreModifier... scores) {
        AttentionSpec spec = Attend.oneHead(WIDTH, WIDTH, mask).withScores(scores);
        return Attend.random(new Random(7), spec, QUERIES, KEYS, 1);
    }

    /** Queries and keys of zeros, so that scores are what modifiers make of 0. */
    private static Attend zeros(int queries, int keys, ScoreModifier... scores) {
        AttentionSpec spec = Attend.oneHead(WIDTH, WIDTH, Mask.full()).withScores(scores);
        return new Attend(
                spec,
                0,
                queries,
                keys,
                new float[queries * WIDTH],
                new float[keys * WIDTH],
                Attend.gaussians(new Random(3), keys * WIDTH, 1));
    }

    private static void assertExact(Attend attend, Function<AttentionSpec, AttentionKernel> kernel) {
        ReferenceAttention.Result expected = attend.reference();
        // Blocks of more than one tile, the last of them neither whole nor even.
        Attend.Result actual = attend.blockwise(kernel, 24, 395);
        double error = Attend.relativeError(actual.output(), expected.output());
        assertTrue(error <= TOLERANCE, () -> "relative error " + error);
        double difference = Attend.largestDifference(actual.lse(), expected.lse());
        assertTrue(difference <= TOLERANCE, () -> "lse error " + difference);
    }

    /** The cap brings scores nearer to 0, so that they may be above a bound that was below 0. */
    @ParameterizedTest
    @MethodSource("kernels")
    void aSoftCapAfterABiasThatMakesAllScoresNegative(Function<AttentionSpec, AttentionKernel> kernel) {
        float[] bias = new float[512];
        Arrays.fill(bias, 0, 256, -6000);
        Arrays.fill(bias, 256, 512, -2400);
        Attend attend = zeros(8, 512, ScoreModifier.bias(1, 1, 512, bias), ScoreModifier.softCap(2000));
        Arrays.fill(attend.v(), 0, 256 * WIDTH, 1);
        Arrays.fill(attend.v(), 256 * WIDTH, 512 * WIDTH, 2);
        Attend.Result actual = attend.blockwise(kernel, 8, 512);
        assertEquals(2, actual.output()[0]);
        assertEquals(-1661.8, actual.lse()[0], 0.1);
        assertExact(attend, kernel);
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void alibiWhoseNearestVisibleKeyIsMillionsAway(Function<AttentionSpec, AttentionKernel> kernel) {
        for (float slope : new float[] {1e-3f, 0.0883883f, 0.5f, 3}) {
            assertExact(random(Mask.full(), ScoreModifier.alibi(10_000_000, slope)), kernel);
            assertExact(random(Mask.full(), ScoreModifier.alibi(-10_000_000, slope)), kernel);
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void distanceBiasesOfBothSignsAddUp(Function<AttentionSpec, AttentionKernel> kernel) {
        DistanceBias rises = new Linear(2e6, 0.25);
        DistanceBias falls = new Linear(-2e6, -0.2);
        assertExact(random(Mask.full(), rises, falls), kernel);
        assertExact(random(Mask.causal(300), rises), kernel);
        assertExact(random(Mask.full(), falls, ScoreModifier.alibi(5000, 0.1f)), kernel);
    }

    /** Each by itself leaves one key of a tile: what it takes from the others, the next gives back. */
    @ParameterizedTest
    @MethodSource("kernels")
    void biasesThatTakeEachOtherBack(Function<AttentionSpec, AttentionKernel> kernel) {
        DistanceBias rises = new Linear(0, 1000);
        DistanceBias falls = new Linear(0, -1000);
        assertExact(random(Mask.full(), rises, falls), kernel);
        assertExact(random(Mask.causal(300), rises, ScoreModifier.softCap(3e6), falls), kernel);
        ScoreModifier given = (score, head, query, key) -> score + 1000 * (key - query);
        assertExact(random(Mask.full(), falls, given, rises, falls), kernel);
        float[] huge = new float[KEYS];
        Arrays.fill(huge, 1e25f);
        float[] back = new float[KEYS];
        Arrays.fill(back, -1e25f);
        assertExact(zeros(9, KEYS, ScoreModifier.bias(1, 1, KEYS, huge), ScoreModifier.bias(1, 1, KEYS, back)), kernel);
    }

    /** The mask hides the keys with the largest biases of their tile. */
    @ParameterizedTest
    @MethodSource("kernels")
    void steepBiasesOfVisibleKeysThatAreNotTheNearest(Function<AttentionSpec, AttentionKernel> kernel) {
        Mask far = Mask.window(20, 20).not().and(Mask.window(70, 70));
        assertExact(random(far, ScoreModifier.alibi(0, 300)), kernel);
        float[][] table = new float[32][1];
        for (int bucket = 0; bucket < table.length; bucket++) {
            table[bucket][0] = 2e5f / (1 + bucket % 16);
        }
        assertExact(random(far, ScoreModifier.relativeBias(table, true, 128, 0)), kernel);
    }

    /** As of one who hides keys by -1e7 rather than by a mask: a query may have no other. */
    @ParameterizedTest
    @MethodSource("kernels")
    void matrixBiasesThatAreAllFarBelowZero(Function<AttentionSpec, AttentionKernel> kernel) {
        Random random = new Random(1);
        float[] bias = new float[QUERIES * KEYS];
        for (int i = 0; i < QUERIES; i++) {
            for (int j = 0; j < KEYS; j++) {
                boolean hidden = i % 3 == 0 || random.nextInt(3) == 0;
                bias[i * KEYS + j] = hidden ? -1e7f : random.nextFloat();
            }
        }
        assertExact(random(Mask.full(), ScoreModifier.bias(1, QUERIES, KEYS, bias)), kernel);
        Arrays.fill(bias, -1e9f);
        assertExact(random(Mask.causal(3), ScoreModifier.bias(1, 1, KEYS, Arrays.copyOf(bias, KEYS))), kernel);
    }

    /** The visible keys' biases are far below those of keys that the mask hides. */
    @ParameterizedTest
    @MethodSource("kernels")
    void largeMatrixBiasesBesideHiddenOnes(Function<AttentionSpec, AttentionKernel> kernel) {
        float[] bias = new float[KEYS];
        for (int j = 0; j < KEYS; j++) {
            bias[j] = j % 2 == 0 ? 0 : -3e6f;
        }
        Mask odd = (head, query, key) -> key % 2 == 1;
        assertExact(random(odd, ScoreModifier.bias(1, 1, KEYS, bias)), kernel);
    }

    /** The largest scores, beside which others are rounded, may be those that a later matrix hides. */
    @ParameterizedTest
    @MethodSource("kernels")
    void aMatrixThatHidesTheKeysThatAnotherMadeLargest(Function<AttentionSpec, AttentionKernel> kernel) {
        float[] large = new float[KEYS];
        float[] hidden = new float[KEYS];
        for (int j = 0; j < KEYS; j++) {
            large[j] = j % 3 == 0 ? -2e6f : -1e9f;
            hidden[j] = j % 3 == 0 ? Float.NEGATIVE_INFINITY : 0.5f * (j % 5);
        }
        ScoreModifier first = ScoreModifier.bias(1, 1, KEYS, large);
        assertExact(random(Mask.full(), first, ScoreModifier.bias(1, 1, KEYS, hidden)), kernel);
        // Keys beyond a matrix are hidden as well.
        Arrays.fill(large, 0, 600, -1e9f);
        Arrays.fill(large, 600, KEYS, -2e6f);
        ScoreModifier shorter = ScoreModifier.bias(1, 1, 600, new float[600]);
        assertExact(random(Mask.full(), ScoreModifier.bias(1, 1, KEYS, large), shorter), kernel);
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void functionsOfFarKeys(Function<AttentionSpec, AttentionKernel> kernel) {
        ScoreModifier far = (score, head, query, key) -> score - 0.3 * (10_000_000 + query - key);
        assertExact(random(Mask.full(), far), kernel);
        assertExact(random(Mask.full(), far, ScoreModifier.alibi(20_000, 0.1f)), kernel);
        ScoreModifier back = (score, head, query, key) -> score + 3e6;
        assertExact(random(Mask.full(), far, back), kernel);
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void aSoftCapOfScoresThatAreFarFromZero(Function<AttentionSpec, AttentionKernel> kernel) {
        ScoreModifier far = ScoreModifier.alibi(1_000_000, 0.5f);
        assertExact(random(Mask.full(), far, ScoreModifier.softCap(1e6)), kernel);
        assertExact(random(Mask.full(), far, ScoreModifier.softCap(50)), kernel);
        assertExact(random(Mask.causal(), ScoreModifier.alibi(0, 4), ScoreModifier.softCap(300)), kernel);
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void theAverageOfValuesNearTheLargestFloatIsFinite(Function<AttentionSpec, AttentionKernel> kernel) {
        Attend eight = zeros(8, 8);
        Arrays.fill(eight.v(), 1e38f);
        assertExact(eight, kernel);
        for (int keys : new int[] {7, 300, KEYS}) {
            Attend largest = zeros(5, keys);
            Arrays.fill(largest.v(), Float.MAX_VALUE);
            for (float output : largest.blockwise(kernel, 5, 128).output()) {
                assertEquals(Float.MAX_VALUE, output, 1e-6f * Float.MAX_VALUE);
            }
        }
    }

    /** Blocks of small values before and after that of the large ones, and a query that gives the large ones no weight. */
    @ParameterizedTest
    @MethodSource("kernels")
    void largeValuesBesideSmallOnes(Function<AttentionSpec, AttentionKernel> kernel) {
        Mask mask = (head, query, key) -> query % 2 == 0 || key / 100 != 5;
        Attend attend = random(mask);
        for (int j = 500 * WIDTH; j < 600 * WIDTH; j++) {
            attend.v()[j] *= 3e37f;
        }
        assertExact(attend, kernel);
        ReferenceAttention.Result expected = attend.reference();
        Attend.Result actual = attend.blockwise(kernel, 24, 395);
        for (int i = 1; i < QUERIES; i += 2) {
            float[] row = Arrays.copyOfRange(actual.output(), i * WIDTH, (i + 1) * WIDTH);
            double[] exact = Arrays.copyOfRange(expected.output(), i * WIDTH, (i + 1) * WIDTH);
            assertTrue(Attend.relativeError(row, exact) <= TOLERANCE, "query " + i);
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void statesOfLargeAndOfSmallValuesMerge(Function<AttentionSpec, AttentionKernel> kernel) {
        Attend attend = random(Mask.full());
        for (int j = 0; j < 400 * WIDTH; j++) {
            attend.v()[j] = 3e38f;
        }
        for (boolean largeFirst : new boolean[] {true, false}) {
            SoftmaxState large = state(attend, kernel, 0, 400);
            SoftmaxState small = state(attend, kernel, 400, KEYS - 400);
            SoftmaxState merged = largeFirst ? large : small;
            merged.merge(largeFirst ? small : large);
            float[] output = new float[QUERIES * WIDTH];
            merged.finish(output, 0, WIDTH);
            double error = Attend.relativeError(output, attend.reference().output());
            assertTrue(error <= TOLERANCE, () -> "relative error " + error);
        }
    }

    private static SoftmaxState state(
            Attend attend, Function<AttentionSpec, AttentionKernel> kernel, int key, int count) {
        SoftmaxState state = SoftmaxState.of(attend.spec(), 0, QUERIES);
        QueryBlock queries = QueryBlock.pack(attend.spec(), 0, 0, QUERIES, attend.q(), 0, WIDTH);
        kernel.apply(attend.spec()).attend(queries, attend.keyValueBlock(key, count), state);
        return state;
    }

    /** A sum of -infinity hides no key: who reads the log-sum-exp sees that scores overflowed. */
    @ParameterizedTest
    @MethodSource("kernels")
    void scoresBelowFloat32AreNotTakenForHiddenKeys(Function<AttentionSpec, AttentionKernel> kernel) {
        Attend attend = zeros(3, 20);
        Arrays.fill(attend.q(), 1e20f);
        Arrays.fill(attend.k(), -1e20f);
        for (float lse : attend.blockwise(kernel, 3, 20).lse()) {
            assertNotEquals(Float.NEGATIVE_INFINITY, lse);
        }
    }

    private record Linear(double start, double slope) implements DistanceBias {
        @Override
        public long queryOffset() {
            return 0;
        }

        @Override
        public double bias(int head, long distance) {
            return start + slope * distance;
        }
    }
}
