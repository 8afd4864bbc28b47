package foco.kernels.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import foco.kernels.fold.TileSums;
import foco.kernels.scalar.ScalarSums;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Every loop over weights on vectors and its scalar twin, on the same input: the same bits. */
class SumsTwinsTest {

    private static final int LANES = TileSums.LANES;

    private final Random random = new Random(3);
    private final TileSums vectors = new VectorSums();
    private final TileSums scalars = new ScalarSums();

    private float[] weights(int count) {
        float[] weights = new float[count];
        for (int i = 0; i < count; i++) {
            weights[i] = random.nextInt(5) == 0 ? 0 : (float) Math.exp(-20 * random.nextDouble());
        }
        return weights;
    }

    @Test
    void everyLoopForEveryNumberOfRows() {
        for (int rows : new int[] {1, 2, 3, 4, 5, 15, 16, 17, 31, 32, 37, 256}) {
            int at = 3 * LANES;
            float[] w = weights(at + rows * LANES);
            float[] factors = weights(rows + 2);
            float[] vector = new float[LANES];
            float[] scalar = new float[LANES];
            vectors.sums(w, at, rows, vector);
            scalars.sums(w, at, rows, scalar);
            assertArrayEquals(scalar, vector, "sums of " + rows);
            int[] chosen = random.ints(rows, 0, rows).toArray();
            vectors.sums(w, at, chosen, 1, rows, vector);
            scalars.sums(w, at, chosen, 1, rows, scalar);
            assertArrayEquals(scalar, vector, "sums of some of " + rows);
            vectors.products(w, at, rows, factors, 2, vector);
            scalars.products(w, at, rows, factors, 2, scalar);
            assertArrayEquals(scalar, vector, "products of " + rows);

            float[] into = weights((rows + 1) * LANES);
            float[] twin = into.clone();
            vectors.add(w, at, rows, into, LANES);
            scalars.add(w, at, rows, twin, LANES);
            assertArrayEquals(twin, into, "added " + rows);
            vectors.add(w, at, rows, factors(), into, LANES);
            scalars.add(w, at, rows, factors(), twin, LANES);
            assertArrayEquals(twin, into, "added times factors " + rows);

            int groups = (rows + TileSums.GROUP - 1) / TileSums.GROUP * LANES;
            float[] highest = new float[groups];
            float[] highestTwin = new float[groups];
            vectors.maxima(w, at, rows, highest);
            scalars.maxima(w, at, rows, highestTwin);
            assertArrayEquals(highestTwin, highest, "maxima of " + rows);
            int[] found = new int[TileSums.numbers(rows)];
            int[] twins = new int[TileSums.numbers(rows)];
            vectors.aboveOfRows(w, at, rows, factors, 2, found);
            scalars.aboveOfRows(w, at, rows, factors, 2, twins);
            assertArrayEquals(twins, found, "above the thresholds of " + rows);
            vectors.aboveOfLanes(w, at, rows, w, 5, found);
            scalars.aboveOfLanes(w, at, rows, w, 5, twins);
            assertArrayEquals(twins, found, "above the thresholds of lanes, of " + rows);
        }
    }

    private static float[] factors() {
        float[] factors = new float[LANES];
        for (int i = 0; i < LANES; i++) {
            factors[i] = (i - 7) * 0.37f;
        }
        return factors;
    }
}
