package foco.kernels.dense;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.kernels.Attend;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RotaryEmbeddingTest {

    private static final int HEADS = 3;
    private static final int HEAD_WIDTH = 20;
    private static final int WIDTH = 12;
    /** An element is rounded once, from float64. */
    private static final double TOLERANCE = 2e-7;

    private static float[] token(int seed) {
        return Attend.gaussians(new Random(seed), HEADS * HEAD_WIDTH, 1);
    }

    private static float[] rotated(RotaryEmbedding rotary, float[] token, long position) {
        float[] copy = token.clone();
        rotary.rotate(copy, 0, HEADS, HEAD_WIDTH, position);
        return copy;
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 77, 1_000_003, -5})
    void pairsTurnAsPointsOfAPlaneAndTheRestOfAHeadStays(long position) {
        float[] token = token(1);
        float[] halves = rotated(RotaryEmbedding.of(WIDTH), token, position);
        float[] interleaved = rotated(RotaryEmbedding.of(WIDTH).interleaved(), token, position);
        for (int h = 0; h < HEADS; h++) {
            int head = h * HEAD_WIDTH;
            for (int i = 0; i < WIDTH / 2; i++) {
                double angle = angle(position, Math.pow(10_000, -i / 6.0));
                assertTurned(token, halves, head + i, head + i + WIDTH / 2, angle);
                assertTurned(token, interleaved, head + 2 * i, head + 2 * i + 1, angle);
            }
            for (int e = WIDTH; e < HEAD_WIDTH; e++) {
                assertEquals(token[head + e], halves[head + e]);
                assertEquals(token[head + e], interleaved[head + e]);
            }
        }
    }

    /** The angle less whole turns, in decimal arithmetic. */
    private static double angle(long position, double radians) {
        BigDecimal turn = new BigDecimal("6.283185307179586476925286766559005768394");
        return new BigDecimal(radians)
                .multiply(BigDecimal.valueOf(position))
                .remainder(turn, MathContext.DECIMAL128)
                .doubleValue();
    }

    private static void assertTurned(float[] from, float[] to, int x, int y, double angle) {
        double length = Math.hypot(from[x], from[y]);
        assertEquals(from[x] * Math.cos(angle) - from[y] * Math.sin(angle), to[x], TOLERANCE * length);
        assertEquals(from[x] * Math.sin(angle) + from[y] * Math.cos(angle), to[y], TOLERANCE * length);
    }

    @Test
    void productsDependOnDistancesAloneHoweverFarOut() {
        RotaryEmbedding rotary = RotaryEmbedding.of(HEAD_WIDTH);
        float[] query = token(2);
        float[] key = token(3);
        double near = dot(rotated(rotary, query, 9), rotated(rotary, key, 4));
        for (long far : new long[] {100, 123_456, 10_000_000}) {
            double there = dot(rotated(rotary, query, far + 5), rotated(rotary, key, far));
            assertEquals(near, there, 1e-6 * Math.sqrt(dot(query, query) * dot(key, key)));
        }
    }

    @Test
    void aCacheOfCosinesAndSinesTurnsAsTheAnglesThatItWasMadeOf() {
        RotaryEmbedding computed = RotaryEmbedding.of(WIDTH).interleaved();
        float[] cosines = new float[10 * WIDTH / 2];
        float[] sines = new float[10 * WIDTH / 2];
        for (int i = 0; i < cosines.length; i++) {
            double angle = i / (WIDTH / 2) * Math.pow(10_000, -(i % (WIDTH / 2)) / 6.0);
            cosines[i] = (float) Math.cos(angle);
            sines[i] = (float) Math.sin(angle);
        }
        RotaryEmbedding cached =
                RotaryEmbedding.cached(WIDTH / 2, cosines, sines).interleaved();
        float[] token = token(4);
        for (int position = 0; position < 10; position++) {
            assertArrayEquals(rotated(computed, token, position), rotated(cached, token, position), 1e-6f);
        }
        for (long position : new long[] {-1, 10}) {
            IllegalArgumentException thrown =
                    assertThrows(IllegalArgumentException.class, () -> rotated(cached, token, position));
            assertEquals(
                    "The cache of cosines and sines holds positions 0 to 9, and no %d; give a longer one."
                            .formatted(position),
                    thrown.getMessage());
        }
    }

    @Test
    void linearScalingDividesPositions() {
        RotaryEmbedding scaled = RotaryEmbedding.of(WIDTH, 500_000, RotaryScaling.linear(4));
        RotaryEmbedding plain = RotaryEmbedding.of(WIDTH, 500_000, RotaryScaling.none());
        assertArrayEquals(rotated(plain, token(5), 300), rotated(scaled, token(5), 1200), 1e-6f);
    }

    @Test
    void dynamicScalingStretchesTheSlowestPairByItsFactorAndSparesTheFastest() {
        RotaryScaling scaling = RotaryScaling.dynamicNtk(2, 4096);
        double[] plain = RotaryFrequencies.of(128, 10_000).radians();
        assertArrayEquals(plain, scaling.frequencies(128, 10_000, 4096).radians());
        double[] stretched = scaling.frequencies(128, 10_000, 16_384).radians();
        assertEquals(plain[0], stretched[0]);
        // n = 4 L: the base grows so that the slowest pair turns 2 * 4 - 1 = 7 times slower.
        assertEquals(plain[63] / 7, stretched[63], 1e-15);
        RotaryEmbedding rotary = RotaryEmbedding.of(WIDTH, 10_000, RotaryScaling.dynamicNtk(2, 100));
        float[] token = token(6);
        assertArrayEquals(
                rotated(RotaryEmbedding.of(WIDTH), token, 90), rotated(rotary.forLength(100), token, 90), 1e-6f);
        assertTrue(dot(rotated(rotary.forLength(101), token, 90), rotated(rotary, token, 90)) < dot(token, token));
    }

    /** Wavelengths as in the published code of Llama 3.1: base 500,000, 128 wide, factor 8, 1, 4, 8192. */
    @Test
    void scalingAsLlama3DoesIt() {
        double[] plain = RotaryFrequencies.of(128, 500_000).radians();
        double[] scaled =
                RotaryScaling.llama3(8, 1, 4, 8192).frequencies(128, 500_000, 0).radians();
        int blended = 0;
        for (int i = 0; i < 64; i++) {
            double wavelength = 2 * Math.PI / plain[i];
            double expected;
            if (wavelength < 8192.0 / 4) {
                expected = plain[i];
            } else if (wavelength > 8192.0) {
                expected = plain[i] / 8;
            } else {
                double smooth = (8192 / wavelength - 1) / (4 - 1);
                expected = (1 - smooth) * plain[i] / 8 + smooth * plain[i];
                blended++;
            }
            assertEquals(expected, scaled[i], 1e-15);
        }
        assertEquals(6, blended, "pairs between the two wavelengths");
    }

    /** Llama 2 stretched 16 times by YaRN; the bounds by the paper's own numbers: 32 turns, 1 turn, over 4096 positions. */
    @Test
    void yarnInterpolatesSlowPairsAloneAndMagnifies() {
        double[] plain = RotaryFrequencies.of(128, 10_000).radians();
        RotaryFrequencies scaled = RotaryScaling.yarn(16, 4096).frequencies(128, 10_000, 0);
        assertEquals(0.1 * Math.log(16) + 1, scaled.magnitude(), 1e-15);
        int blended = 0;
        for (int i = 0; i < 64; i++) {
            double ratio = plain[i] / scaled.radians()[i];
            double turns = 4096 * plain[i] / (2 * Math.PI);
            if (turns > 32 * 1.2) {
                assertEquals(1, ratio, 1e-12);
            } else if (turns < 1 / 1.2) {
                assertEquals(16, ratio, 1e-12);
            } else {
                assertTrue(ratio >= 1 && ratio <= 16, "pair " + i + ": " + ratio);
                blended += ratio > 1 && ratio < 16 ? 1 : 0;
            }
        }
        // The ramp runs over the pairs from 20 to 46, both ends left out.
        assertEquals(25, blended);
        assertEquals(plain[33] * (0.5 / 16 + 0.5), scaled.radians()[33], 1e-15);
        float[] token = token(7);
        float[] turned = rotated(RotaryEmbedding.of(HEAD_WIDTH, 10_000, RotaryScaling.yarn(16, 4096)), token, 5);
        assertEquals(scaled.magnitude(), Math.sqrt(dot(turned, turned) / dot(token, token)), 1e-6);
    }

    @Test
    void aScalingOfOnesOwnIsAFunction() {
        RotaryEmbedding rotary = RotaryEmbedding.of(
                4, 10_000, (width, base, length) -> new RotaryFrequencies(new double[] {Math.PI / 2, 0}, 1));
        float[] token = {1, 2, 3, 4};
        rotary.rotate(token, 0, 1, 4, 1);
        assertArrayEquals(new float[] {-3, 2, 1, 4}, token, 1e-6f);
        assertThrows(
                IllegalArgumentException.class,
                () -> RotaryEmbedding.of(4, 10_000, (w, b, n) -> new RotaryFrequencies(new double[1], 1)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "3|10000|1|A rotary width must be an even number from 2 on, and is 3.",
                "0|10000|1|A rotary width must be an even number from 2 on, and is 0.",
                "4|1|1|A rotary base must be a finite number above 1, and is 1.0.",
                "4|10000|0.5|The factor of a rotary scaling must be 1 or more, and is 0.5.",
                "4|10000|NaN|The factor of a rotary scaling must be 1 or more, and is NaN.",
            })
    void numbersOutOfRangeAreNamed(int width, double base, double factor, String message) {
        IllegalArgumentException thrown = assertThrows(
                IllegalArgumentException.class, () -> RotaryEmbedding.of(width, base, RotaryScaling.linear(factor)));
        assertEquals(message, thrown.getMessage());
    }

    @Test
    void whatDoesNotFitIsNamed() {
        assertThrows(IllegalArgumentException.class, () -> RotaryEmbedding.cached(3, new float[7], new float[7]));
        assertThrows(IllegalArgumentException.class, () -> RotaryEmbedding.cached(3, new float[6], new float[3]));
        assertThrows(IllegalArgumentException.class, () -> RotaryScaling.llama3(8, 4, 4, 8192));
        assertThrows(IllegalArgumentException.class, () -> RotaryScaling.yarn(8, 4096, 1, 32, 1));
        assertThrows(
                IllegalArgumentException.class, () -> RotaryEmbedding.of(2, 10_000, RotaryScaling.dynamicNtk(2, 9)));
        IllegalArgumentException thrown = assertThrows(
                IllegalArgumentException.class, () -> rotated(RotaryEmbedding.of(HEAD_WIDTH + 2), token(8), 0));
        assertEquals(
                "A rotary width of 22 does not fit heads of width 20; it must be at most as wide.",
                thrown.getMessage());
    }
}
