package foco.kernels.fold;

/**
 * The keys to which each query gives most. By query.
 *
 * @param most how many, 1 or more
 */
public record TopKeys(int most) implements Fold<PositionTops> {

    public TopKeys {
        new PositionTops(0, 0, most);
    }

    @Override
    public long bytes(int queries, long keys) {
        return PositionTops.bytes(most) * queries;
    }

    @Override
    public Gatherer<PositionTops> begin(Place place) {
        return new Tops(new PositionTops(place.firstQuery(), place.queries(), most));
    }

    private static final class Tops implements Gatherer<PositionTops> {

        private final PositionTops tops;
        private final Candidates candidates = new Candidates();

        /** What a weight must exceed, of each query side by side. */
        private final float[] thresholds;

        Tops(PositionTops tops) {
            this.tops = tops;
            this.thresholds = new float[tops.count()];
        }

        @Override
        public void add(WeightTile tile) {
            int first = (int) (tile.firstQuery() - tops.first());
            for (int row = 0; row < tile.rows(); row += Candidates.ROWS) {
                int lanes = Candidates.lanes(tile, row, thresholds, first);
                for (; lanes != 0; lanes &= lanes - 1) {
                    int lane = Integer.numberOfTrailingZeros(lanes);
                    addLane(tile, row, lane, first + lane);
                }
            }
        }

        private void addLane(WeightTile tile, int first, int lane, int query) {
            int groups = Candidates.groups(tile, first, lane, thresholds[query]);
            float threshold = candidates.threshold(tops.most(), tile, first, lane, groups, thresholds[query]);
            for (; groups != 0; groups &= groups - 1) {
                int row = first + Integer.numberOfTrailingZeros(groups) * TileSums.GROUP;
                for (int rows = Candidates.rows(tile, row, lane, threshold); rows != 0; rows &= rows - 1) {
                    int found = row + Integer.numberOfTrailingZeros(rows);
                    float weight = tile.weights()[tile.at(found) + lane];
                    float least = tops.offer(tops.first() + query, weight, tile.keyOf(found));
                    threshold = Math.max(threshold, Candidates.below(least));
                }
            }
            thresholds[query] = threshold;
        }

        @Override
        public PositionTops result() {
            return tops;
        }
    }
}
