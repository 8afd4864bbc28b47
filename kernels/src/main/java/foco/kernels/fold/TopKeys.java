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

        private int[] above = new int[0];
        private int[] places = new int[0];

        Tops(PositionTops tops) {
            this.tops = tops;
            this.thresholds = new float[tops.count() + TileSums.LANES];
        }

        @Override
        public void add(WeightTile tile) {
            int first = (int) (tile.firstQuery() - tops.first());
            for (int row = 0; row < tile.rows(); row += Candidates.ROWS) {
                int lanes = Candidates.lanes(tile, row, thresholds, first);
                if (lanes != 0) {
                    add(tile, row, lanes, first);
                }
            }
        }

        private void add(WeightTile tile, int row, int lanes, int first) {
            int rows = Math.min(Candidates.ROWS, tile.rows() - row);
            int groups = (rows + TileSums.GROUP - 1) / TileSums.GROUP;
            for (int left = lanes; left != 0; left &= left - 1) {
                int lane = Integer.numberOfTrailingZeros(left);
                if (thresholds[first + lane] == 0) {
                    thresholds[first + lane] = candidates.threshold(tops.most(), tile, row, lane, groups);
                }
            }
            int numbers = TileSums.numbers(rows);
            if (above.length < numbers) {
                above = new int[numbers];
                places = new int[numbers];
            }
            tile.arithmetic().aboveOfLanes(tile.weights(), tile.at(row), rows, thresholds, first, above);
            int found = Candidates.places(above, numbers, places);
            for (int i = 0; i < found; i++) {
                int from = row + places[i] / TileSums.LANES * TileSums.BITS;
                addLane(tile, from, places[i] % TileSums.LANES, first, above[places[i]]);
            }
        }

        private void addLane(WeightTile tile, int from, int lane, int first, int rows) {
            int query = first + lane;
            for (int left = rows; left != 0; left &= left - 1) {
                int row = from + Integer.numberOfTrailingZeros(left);
                float weight = tile.weights()[tile.at(row) + lane];
                float least = tops.offer(tops.first() + query, weight, tile.keyOf(row));
                thresholds[query] = Math.max(thresholds[query], Candidates.below(least));
            }
        }

        @Override
        public PositionTops result() {
            return tops;
        }
    }
}
