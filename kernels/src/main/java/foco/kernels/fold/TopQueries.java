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
                thresholds[j] = below(tops.threshold(first + j));
            }
        }

        /** A weight of 0 is none. */
        private static float below(float threshold) {
            return Math.max(0, Math.nextDown(threshold));
        }

        @Override
        public void add(WeightTile tile) {
            for (int r = 0; r < tile.runs(); r++) {
                int rows = tile.count(r);
                int key = (int) (tile.key(r) - firstKey);
                int due = (rows + TileSums.GROUP - 1) / TileSums.GROUP * TileSums.LANES;
                excess = excess.length < due ? new float[due] : excess;
                tile.arithmetic().excess(tile.weights(), tile.at(tile.start(r)), rows, thresholds, key, excess);
                for (int row = 0; row < rows; row += TileSums.GROUP) {
                    for (int lane = 0; lane < tile.queries(); lane++) {
                        if (excess[row + lane] > 0) {
                            addLane(tile, tile.start(r) + row, Math.min(rows - row, TileSums.GROUP), key + row, lane);
                        }
                    }
                }
            }
        }

        private void addLane(WeightTile tile, int from, int rows, int key, int lane) {
            int at = tile.at(from) + lane;
            float[] weights = tile.weights();
            int found = 0;
            for (int r = 0; r < rows; r++) {
                int below = Float.floatToRawIntBits(thresholds[key + r]);
                found |= (below - Float.floatToRawIntBits(weights[at + r * TileSums.LANES])) >>> 31 << r;
            }
            for (int left = found; left != 0; left &= left - 1) {
                int r = Integer.numberOfTrailingZeros(left);
                float weight = weights[at + r * TileSums.LANES];
                float threshold = tops.offer(firstKey + key + r, weight, tile.firstQuery() + lane);
                thresholds[key + r] = below(threshold);
            }
        }

        @Override
        public PositionTops result() {
            return tops;
        }
    }
}
