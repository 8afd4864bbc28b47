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
    public Gatherer<PositionTops> begin(Place place) {
        return new Tops(new PositionTops(place.firstQuery(), place.queries(), most));
    }

    private static final class Tops implements Gatherer<PositionTops> {

        private final PositionTops tops;
        private final Candidates candidates = new Candidates();

        Tops(PositionTops tops) {
            this.tops = tops;
        }

        @Override
        public void add(WeightTile tile) {
            for (int lane = 0; lane < tile.queries(); lane++) {
                long query = tile.firstQuery() + lane;
                float threshold = Math.max(Float.MIN_VALUE, tops.threshold(query));
                for (int row = 0; row < tile.rows(); row += Candidates.ROWS) {
                    int groups = Candidates.groups(tile, row, lane, threshold);
                    if (groups != 0) {
                        threshold =
                                Math.max(threshold, candidates.atLeast(tops.most(), tile.maxima(), row, lane, groups));
                        threshold = addGroups(tile, row, lane, groups, threshold);
                    }
                }
            }
        }

        private float addGroups(WeightTile tile, int first, int lane, int groups, float from) {
            long query = tile.firstQuery() + lane;
            float threshold = from;
            for (int left = groups; left != 0; left &= left - 1) {
                int row = first + Integer.numberOfTrailingZeros(left) * TileSums.GROUP;
                for (int rows = Candidates.rows(tile, row, lane, threshold); rows != 0; rows &= rows - 1) {
                    int found = row + Integer.numberOfTrailingZeros(rows);
                    float weight = tile.weights()[tile.at(found) + lane];
                    threshold = Math.max(threshold, tops.offer(query, weight, tile.keyOf(found)));
                }
            }
            return threshold;
        }

        @Override
        public PositionTops result() {
            return tops;
        }
    }
}
