package foco.kernels.fold;

/**
 * The queries that give each key most. By key.
 *
 * @param most how many, 1 or more
 */
public record TopQueries(int most) implements Fold<PositionTops> {

    public TopQueries {
        new PositionTops(0, 0, most);
    }

    @Override
    public long bytes(int queries, long keys) {
        return PositionTops.bytes(most) * keys;
    }

    @Override
    public Gatherer<PositionTops> begin(Place place) {
        return new Tops(most);
    }

    private static final class Tops implements Gatherer<PositionTops> {

        private final PositionTops tops;

        /** What a weight must exceed, of each key of the block. */
        private float[] thresholds = new float[0];

        private float[] excess = new float[0];
        private long firstKey;

        Tops(int most) {
            tops = new PositionTops(0, 0, most);
        }

        @Override
        public void beginKeys(long first, int count) {
            firstKey = first;
            tops.cover(first, count);
            thresholds = thresholds.length < count ? new float[count] : thresholds;
            for (int j = 0; j < count; j++) {
                thresholds[j] = Candidates.below(tops.threshold(first + j));
            }
        }

        @Override
        public void add(WeightTile tile) {
            for (int r = 0; r < tile.runs(); r++) {
                int rows = tile.count(r);
                int key = (int) (tile.key(r) - firstKey);
                int due = (rows + TileSums.GROUP - 1) / TileSums.GROUP * TileSums.LANES;
                excess = excess.length < due ? new float[due] : excess;
                tile.arithmetic().excess(tile.weights(), tile.at(tile.start(r)), rows, thresholds, key, excess);
                for (int row = 0; row < rows; row += Candidates.ROWS) {
                    int groups = Math.min((rows - row + TileSums.GROUP - 1) / TileSums.GROUP, TileSums.GROUP);
                    for (int lane = 0; lane < tile.queries(); lane++) {
                        int found = Candidates.above(excess, row + lane, groups, 0);
                        for (; found != 0; found &= found - 1) {
                            int group = row + Integer.numberOfTrailingZeros(found) * TileSums.GROUP;
                            int count = Math.min(rows - group, TileSums.GROUP);
                            addGroup(tile, tile.start(r) + group, count, key + group, lane);
                        }
                    }
                }
            }
        }

        private void addGroup(WeightTile tile, int from, int rows, int key, int lane) {
            int at = tile.at(from) + lane;
            int found = Candidates.above(tile.weights(), at, rows, thresholds, key);
            for (; found != 0; found &= found - 1) {
                int r = Integer.numberOfTrailingZeros(found);
                float weight = tile.weights()[at + r * TileSums.LANES];
                float threshold = tops.offer(firstKey + key + r, weight, tile.firstQuery() + lane);
                thresholds[key + r] = Candidates.below(threshold);
            }
        }

        @Override
        public PositionTops result() {
            return tops;
        }
    }
}
