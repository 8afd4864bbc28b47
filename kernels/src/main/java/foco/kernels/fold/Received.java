package foco.kernels.fold;

import java.util.Arrays;
import java.util.List;

/**
 * What each key receives: the sum of its weights over the queries, the column sums of {@code P}; and so, each query's weights
 * times a factor, for any number of factors {@code u}: {@code u P}, a step of attention rollout downward (Abnar and Zuidema,
 * "Quantifying Attention Flow in Transformers", 2020). By key.
 *
 * @param factors a factor for each query of the sequence, from its query 0 on; of each a column after column 0, which has the plain
 *     sums
 */
public record Received(List<float[]> factors) implements Fold<PositionSums> {

    /** The plain sums alone. */
    public Received() {
        this(List.of());
    }

    public Received {
        factors = List.copyOf(factors);
    }

    @Override
    public long bytes(int queries, long keys) {
        return Double.BYTES * (1L + factors.size()) * keys;
    }

    @Override
    public Gatherer<PositionSums> begin(Place place) {
        for (float[] factor : factors) {
            if (factor.length < place.firstQuery() + place.queries()) {
                throw new IllegalArgumentException("There are factors for %d queries, and none for query %d."
                        .formatted(factor.length, place.firstQuery() + place.queries() - 1));
            }
        }
        return new Sums();
    }

    private final class Sums implements Gatherer<PositionSums> {

        private static final int LANES = TileSums.LANES;

        private final PositionSums sums = new PositionSums(0, 0, 1 + factors.size());
        private final float[] lanes = new float[LANES];

        /** Of each column the lanes of each key of the block, which meet at its end. */
        private final float[][] rows = new float[1 + factors.size()][0];

        private long firstKey;
        private int keys;

        @Override
        public void beginKeys(long first, int count) {
            firstKey = first;
            keys = count;
            for (int c = 0; c < rows.length; c++) {
                rows[c] = rows[c].length < count * LANES ? new float[count * LANES] : rows[c];
                Arrays.fill(rows[c], 0, count * LANES, 0);
            }
        }

        @Override
        public void add(WeightTile tile) {
            for (int c = 0; c < rows.length; c++) {
                if (c > 0) {
                    Arrays.fill(lanes, 0);
                    System.arraycopy(factors.get(c - 1), (int) tile.firstQuery(), lanes, 0, tile.queries());
                }
                for (int r = 0; r < tile.runs(); r++) {
                    int to = (int) (tile.key(r) - firstKey) * LANES;
                    int at = tile.at(tile.start(r));
                    if (c == 0) {
                        tile.arithmetic().add(tile.weights(), at, tile.count(r), rows[c], to);
                    } else {
                        tile.arithmetic().add(tile.weights(), at, tile.count(r), lanes, rows[c], to);
                    }
                }
            }
        }

        @Override
        public void endKeys() {
            sums.cover(firstKey, keys);
            for (int c = 0; c < rows.length; c++) {
                for (int j = 0; j < keys; j++) {
                    double sum = 0;
                    for (int i = j * LANES; i < (j + 1) * LANES; i++) {
                        sum += rows[c][i];
                    }
                    sums.add(firstKey + j, c, sum);
                }
            }
        }

        @Override
        public PositionSums result() {
            return sums;
        }
    }
}
