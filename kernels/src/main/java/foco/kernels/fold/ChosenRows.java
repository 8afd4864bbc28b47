package foco.kernels.fold;

/**
 * All weights of some queries, exactly.
 *
 * @param queries their positions, ascending
 */
public record ChosenRows(long[] queries) implements Fold<RowWeights> {

    public ChosenRows {
        queries = queries.clone();
        Ranges.requireAscending("Queries", queries);
    }

    @Override
    public long bytes(int queries, long keys) {
        return Float.BYTES * keys * Math.min(queries, this.queries.length);
    }

    @Override
    public Gatherer<RowWeights> begin(Place place) {
        return new Rows();
    }

    private final class Rows implements Gatherer<RowWeights> {

        private final RowWeights rows = new RowWeights();
        private long firstKey;
        private int keys;

        @Override
        public void beginKeys(long first, int count) {
            firstKey = first;
            keys = count;
        }

        @Override
        public void add(WeightTile tile) {
            long first = tile.firstQuery();
            int next = Ranges.section(queries, first - 1) + 1;
            for (; next < queries.length && queries[next] < first + tile.queries(); next++) {
                float[] row = rows.block(queries[next], firstKey, keys);
                int lane = (int) (queries[next] - first);
                for (int r = 0; r < tile.runs(); r++) {
                    int key = (int) (tile.key(r) - firstKey);
                    for (int j = 0; j < tile.count(r); j++) {
                        row[key + j] = tile.weights()[tile.at(tile.start(r) + j) + lane];
                    }
                }
            }
        }

        @Override
        public RowWeights result() {
            return rows;
        }
    }
}
