package foco.driver.analysis.head;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

class HeadsTest {

    private static final double NONE = Double.NaN;

    /** A head of no kind but for what is given. */
    private static HeadFigures head(
            double previous, double separators, double induction, double support, double breadth) {
        return new HeadFigures(
                1,
                1,
                Math.log(support),
                support,
                breadth,
                0,
                9,
                0.1,
                previous,
                0.1,
                0.1,
                0.5,
                separators,
                0.1,
                induction,
                0.01,
                0.1,
                0.2,
                0.3,
                0.2);
    }

    @Test
    void aHeadHasTheFirstKindWhoseRuleHolds() {
        assertEquals(HeadKind.MIXED, HeadRules.kind(head(0.2, 0.2, 0.1, 20, 0.2)));
        assertEquals(HeadKind.PREVIOUS, HeadRules.kind(head(0.4, 0.9, 0.9, 2, 0.9)));
        assertEquals(HeadKind.SEPARATOR, HeadRules.kind(head(0.39, 0.5, 0.9, 2, 0.9)));
        assertEquals(HeadKind.INDUCTION, HeadRules.kind(head(0.2, 0.2, 0.3, 2, 0.9)));
        assertEquals(HeadKind.NARROW, HeadRules.kind(head(0.2, 0.2, 0.2, 8, 0.9)));
        assertEquals(HeadKind.BROAD, HeadRules.kind(head(0.2, 0.2, NONE, 9, 0.5)));
        assertEquals(0.5, HeadRules.score(head(0.2, 0.2, NONE, 9, 0.5)));
        assertEquals(9, HeadRules.written().size());
    }

    @Test
    void divergenceIsThatOfJensenAndShannon() {
        Divergence divergence = new Divergence();
        assertEquals(0, divergence.of(new float[] {0.5f, 0.5f}, new float[] {0.5f, 0.5f}), 1e-8);
        assertEquals(1, divergence.of(new float[] {1, 0}, new float[] {0, 1}), 1e-8);
        Random random = new Random(3);
        for (int round = 0; round < 50; round++) {
            float[] p = weights(random);
            float[] q = weights(random);
            double sum = 0;
            for (int j = 0; j < p.length; j++) {
                double middle = ((double) p[j] + q[j]) / 2;
                sum += (p[j] > 0 ? p[j] * Math.log(p[j] / middle) : 0)
                        + (q[j] > 0 ? q[j] * Math.log(q[j] / middle) : 0);
            }
            assertEquals(sum / 2 / Math.log(2), divergence.of(p, q), 1e-6);
        }
        assertEquals(0, Divergence.normalized(new float[3]).length);
    }

    /** Of many magnitudes. */
    private static float[] weights(Random random) {
        float[] weights = new float[200];
        for (int j = 0; j < weights.length; j++) {
            weights[j] = random.nextInt(5) == 0 ? 0 : (float) Math.exp(-20 * random.nextDouble());
        }
        return Divergence.normalized(weights);
    }

    @Test
    void groupsJoinAsLongAsTheyAreAlike() {
        double[][] apart = {
            {0, 0.1, 0.9, 0.9, 0.5},
            {0.1, 0, 0.9, 0.9, 0.5},
            {0.9, 0.9, 0, 0.05, 0.5},
            {0.9, 0.9, 0.05, 0, 0.5},
            {0.5, 0.5, 0.5, 0.5, 0}
        };
        assertArrayEquals(new int[] {1, 1, 2, 2, 3}, Clusters.of(apart));
        assertArrayEquals(new int[] {1}, Clusters.of(new double[][] {{0}}));
    }
}
