package foco.kernels.breeze;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import foco.kernels.Attend;
import foco.kernels.AttentionSpec;
import foco.kernels.mask.Mask;
import foco.kernels.score.ScoreModifier;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The oracle itself, against sums written out and numbers worked out by hand. */
class ReferenceAttentionTest {

    @Test
    void twoKeysWeighAsTheirScores() {
        // Scores 0 and ln 3: weights 1/4 and 3/4.
        AttentionSpec spec = Attend.oneHead(1, 2, Mask.full()).withScale(1);
        ReferenceAttention.Result result = ReferenceAttention.attend(
                spec, 0, 0, new double[] {1}, new double[] {0, Math.log(3)}, new double[] {4, 8, 0, -8});
        assertArrayEquals(new double[] {1, -4}, result.output(), 1e-15);
        assertEquals(Math.log(4), result.lse()[0], 1e-15);
    }

    @Test
    void aSinkTakesItsShareAndGivesNothing() {
        // Scores 0 and ln 3 and a sink of ln 4: weights 1/8 and 3/8, and half of it all to the sink.
        AttentionSpec spec = Attend.oneHead(1, 2, Mask.full()).withScale(1).withSinks((float) Math.log(4));
        ReferenceAttention.Result result = ReferenceAttention.attend(
                spec, 0, 0, new double[] {1}, new double[] {0, Math.log(3)}, new double[] {4, 8, 0, -8});
        assertArrayEquals(new double[] {0.5, -2}, result.output(), 1e-7);
        assertEquals(Math.log(8), result.lse()[0], 1e-7);
    }

    @Test
    void scoresAreModifiedBetweenScaleAndMask() {
        // Capped scores of 2 tanh(1) and a bias of 1 on the second key; the third is hidden.
        AttentionSpec spec = Attend.oneHead(1, 1, Mask.validKeys(2))
                .withScale(2)
                .withScores(ScoreModifier.softCap(2), ScoreModifier.bias(new float[][] {{0, 1, 9}}));
        ReferenceAttention.Result result =
                ReferenceAttention.attend(spec, 0, 0, new double[] {1}, new double[] {1, 1, 1}, new double[] {1, 0, 5});
        assertEquals(1 / (1 + Math.E), result.output()[0], 1e-15);
        assertEquals(2 * Math.tanh(1) + Math.log(1 + Math.E), result.lse()[0], 1e-15);
    }

    @Test
    void groupedHeadsMatchSumsWrittenOut() {
        AttentionSpec spec =
                AttentionSpec.of(6, 5).withKeyValueHeads(2).withValueWidth(3).withMask(Mask.causal(4));
        Random random = new Random(2);
        int n = 70;
        int m = 90;
        float[] q = Attend.gaussians(random, n * 30, 1);
        float[] k = Attend.gaussians(random, m * 10, 1);
        float[] v = Attend.gaussians(random, m * 6, 1);
        ReferenceAttention.Result result = ReferenceAttention.attend(spec, 0, q, k, v);
        for (int i = 0; i < n; i++) {
            for (int h = 0; h < 6; h++) {
                int g = h / 3;
                double sum = 0;
                double[] weighted = new double[3];
                for (int j = 0; j < m && j <= i + 4; j++) {
                    double dot = 0;
                    for (int e = 0; e < 5; e++) {
                        dot += (double) q[i * 30 + h * 5 + e] * k[j * 10 + g * 5 + e];
                    }
                    double weight = Math.exp(dot / Math.sqrt(5));
                    sum += weight;
                    for (int e = 0; e < 3; e++) {
                        weighted[e] += weight * v[j * 6 + g * 3 + e];
                    }
                }
                assertEquals(Math.log(sum), result.lse()[i * 6 + h], 1e-12);
                for (int e = 0; e < 3; e++) {
                    assertEquals(weighted[e] / sum, result.output()[i * 18 + h * 3 + e], 1e-12);
                }
            }
        }
    }
}
