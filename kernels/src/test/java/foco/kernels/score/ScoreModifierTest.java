package foco.kernels.score;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.kernels.AttentionSpec;
import foco.kernels.mask.Mask;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What each modifier means, by numbers from the papers and the models' published code. */
class ScoreModifierTest {

    private static void assertRefused(String expected, Executable wrong) {
        String said = assertThrows(IllegalArgumentException.class, wrong).getMessage();
        assertTrue(said.contains(expected), said);
    }

    @Test
    void aSoftCapBendsScoresBelowItAndLeavesSmallOnesAlone() {
        ScoreModifier cap = ScoreModifier.softCap(50);
        assertEquals(50 * Math.tanh(2), cap.apply(100, 0, 0, 0), 1e-12);
        assertEquals(-50, cap.apply(-1e6, 0, 0, 0), 1e-12);
        assertEquals(1e-3, cap.apply(1e-3, 0, 0, 0), 1e-12);
        assertRefused("is 0.0", () -> ScoreModifier.softCap(0));
        assertRefused("is NaN", () -> ScoreModifier.softCap(Double.NaN));
    }

    @Test
    void slopesAreThePublishedOnesForAnyNumberOfHeads() {
        assertArrayEquals(
                new float[] {1 / 2f, 1 / 4f, 1 / 8f, 1 / 16f, 1 / 32f, 1 / 64f, 1 / 128f, 1 / 256f}, Alibi.slopes(8));
        // Twelve heads: those of eight, and then the first, third, fifth and seventh of sixteen.
        float[] twelve = Alibi.slopes(12);
        assertArrayEquals(Alibi.slopes(8), Arrays.copyOf(twelve, 8));
        assertArrayEquals(
                new float[] {0.70710678f, 0.35355339f, 0.17677669f, 0.08838835f},
                Arrays.copyOfRange(twelve, 8, 12),
                1e-8f);
        assertArrayEquals(new float[] {1 / 256f}, Alibi.slopes(1));
    }

    @Test
    void alibiFallsByItsSlopeToEitherSideOfTheQuery() {
        ScoreModifier alibi = ScoreModifier.alibi(10, 0.5f, 0.25f);
        assertEquals(3, alibi.apply(3, 0, 2, 12));
        assertEquals(3 - 0.5 * 12, alibi.apply(3, 0, 2, 0));
        assertEquals(3 - 0.25 * 4, alibi.apply(3, 1, 2, 16));
        assertRefused("2 slopes for 3 heads", () -> AttentionSpec.of(3, 4).withScores(alibi));
        assertRefused("head 1 is -1.0", () -> ScoreModifier.alibi(0, 1, -1));
    }

    @Test
    void distancesFallIntoTheBucketsOfT5() {
        // With bucket b worth b: transformers' T5Attention._relative_position_bucket(distance, True, 32, 128).
        DistanceBias encoder = relative(true);
        int[] distances = {0, -1, -7, -8, -11, -12, -15, -16, -31, -32, -63, -64, -91, -127, -128, -5000, 1, 8, 64, 128
        };
        int[] buckets = {0, 1, 7, 8, 8, 9, 9, 10, 11, 12, 13, 14, 15, 15, 15, 15, 17, 24, 30, 31};
        for (int i = 0; i < buckets.length; i++) {
            assertEquals(buckets[i], encoder.bias(0, distances[i]), "distance " + distances[i]);
            assertEquals(-buckets[i], encoder.bias(1, distances[i]), "distance " + distances[i]);
        }
        // ... (distance, False, 32, 128)
        DistanceBias decoder = relative(false);
        int[] before = {0, -1, -15, -16, -18, -19, -32, -64, -112, -113, -128, -5000, 1, 5000};
        int[] theirs = {0, 1, 15, 16, 16, 17, 21, 26, 30, 31, 31, 31, 0, 0};
        for (int i = 0; i < before.length; i++) {
            assertEquals(theirs[i], decoder.bias(0, before[i]), "distance " + before[i]);
        }
    }

    private static DistanceBias relative(boolean bidirectional) {
        float[][] table = new float[32][];
        for (int b = 0; b < table.length; b++) {
            table[b] = new float[] {b, -b};
        }
        return (DistanceBias) ScoreModifier.relativeBias(table, bidirectional, 128, 0);
    }

    @Test
    void relativeTablesThatCannotBeAreRefused() {
        assertRefused("rows", () -> ScoreModifier.relativeBias(new float[3][1], true, 128, 0));
        assertRefused("5 to 16777216", () -> ScoreModifier.relativeBias(new float[8][1], false, 4, 0));
        assertRefused("row 1 has 2", () -> ScoreModifier.relativeBias(new float[][] {{1}, {1, 2}}, false, 8, 0));
        assertRefused(
                "bucket 1, head 0 is NaN",
                () -> ScoreModifier.relativeBias(new float[][] {{1}, {Float.NaN}}, false, 8, 0));
    }

    @Test
    void aMatrixOfBiasesIsAddedAndOneStandsForAll() {
        ScoreModifier perHead = ScoreModifier.bias(2, 1, 3, new float[] {1, 2, 3, 4, 5, Float.NEGATIVE_INFINITY});
        assertEquals(12, perHead.apply(10, 0, 7, 1));
        assertEquals(14, perHead.apply(10, 1, 0, 0));
        assertEquals(Double.NEGATIVE_INFINITY, perHead.apply(10, 1, 3, 2));
        assertEquals(Double.NEGATIVE_INFINITY, perHead.apply(10, 0, 0, 3), "beyond the matrix");
        ScoreModifier perQuery = ScoreModifier.bias(new float[][] {{1}, {2}});
        assertEquals(12, perQuery.apply(10, 5, 1, 99));
        assertRefused("query 1, key 0 is NaN", () -> ScoreModifier.bias(new float[][] {{1}, {Float.NaN}}));
        assertRefused("2 heads for 3", () -> AttentionSpec.of(3, 4).withScores(perHead));
        assertRefused("sequence s has 5", () -> perQuery.forSequence("s", 5, 5));
        assertRefused("sequence s has 2", () -> perHead.forSequence("s", 9, 2));
    }

    @Test
    void modifiersComposeInOrderAndHiddenKeysStayHidden() {
        ScoreModifier hide = (score, head, query, key) -> key == 1 ? Double.NEGATIVE_INFINITY : score + 1;
        AttentionSpec spec = AttentionSpec.of(1, 1).withScale(2);
        assertEquals(
                3 * Math.tanh(9 / 3.0),
                spec.withScores(hide, ScoreModifier.softCap(3)).score(0, 0, 0, 4));
        assertEquals(
                3 * Math.tanh(8 / 3.0) + 1,
                spec.withScores(ScoreModifier.softCap(3), hide).score(0, 0, 0, 4));
        assertEquals(
                Double.NEGATIVE_INFINITY,
                spec.withScores(hide, ScoreModifier.softCap(3)).score(0, 0, 1, 4));
        assertEquals(
                Double.NEGATIVE_INFINITY,
                spec.withMask(Mask.causal())
                        .withScores(ScoreModifier.softCap(3))
                        .score(0, 0, 1, 4));
    }

    @Test
    void eachSequenceHasItsOwnModifier() {
        AttentionSpec spec = AttentionSpec.of(1, 1)
                .withScores(
                        ScoreModifier.bySequence(Map.of("a", ScoreModifier.alibi(1), "b", ScoreModifier.softCap(1))));
        assertEquals(-1 / 256.0, spec.forSequence("a", 2, 2).score(0, 1, 0, 0));
        assertEquals(1, spec.forSequence("b", 2, 2).score(0, 1, 0, 1e9));
        assertRefused("Sequence c", () -> spec.forSequence("c", 2, 2));
    }

    @Test
    void sinksNeedANumberForEachHead() {
        assertRefused("there are 2", () -> AttentionSpec.of(3, 4).withSinks(1, 2));
        assertRefused("[NaN]", () -> AttentionSpec.of(1, 4).withSinks(Float.NaN));
    }

    @Test
    void eachSequenceIsShiftedByItsOwnNumberAlone() {
        Map<String, Long> positions = Map.of("a", 3L, "b", 10L);
        ScoreModifier same = ScoreModifier.alibi(0, 1).shifted(positions);
        assertEquals(-3, same.forSequence("a", 1, 1).apply(0, 0, 0, 0));
        assertEquals(-10, same.forSequence("b", 1, 1).apply(0, 0, 0, 0));
        ScoreModifier unlike = ScoreModifier.bySequence(
                        Map.of("a", ScoreModifier.alibi(0, 1), "b", ScoreModifier.alibi(0, 2)))
                .shifted(positions);
        assertEquals(-3, unlike.forSequence("a", 1, 1).apply(0, 0, 0, 0));
        assertEquals(-20, unlike.forSequence("b", 1, 1).apply(0, 0, 0, 0));
    }

    /** What goes by the query's position does so after a past, too, a function and a user's bias by distance among them. */
    @Test
    void aShiftedModifierIsThatOfQueriesFurtherOn() {
        ScoreModifier function = (score, head, query, key) -> score - 0.1 * (query - key);
        assertEquals(function.apply(2, 0, 7, 3), function.shifted(4).shifted(1).apply(2, 0, 2, 3));
        DistanceBias bias = new DistanceBias() {
            @Override
            public long queryOffset() {
                return 2;
            }

            @Override
            public double bias(int head, long distance) {
                return distance;
            }
        };
        ScoreModifier further = bias.shifted(4);
        assertTrue(further instanceof DistanceBias, "it is as fast as before");
        assertEquals(bias.apply(2, 0, 7, 3), further.apply(2, 0, 3, 3));
        ScoreModifier cap = ScoreModifier.softCap(3);
        assertSame(cap, cap.shifted(5));
        ScoreModifier rows = ScoreModifier.bias(new float[][] {{1, 2}, {3, 4}});
        assertSame(rows, rows.shifted(5));
    }
}
