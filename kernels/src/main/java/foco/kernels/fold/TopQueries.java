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
    public long sharedBytes(long keys) {
        return KeyBounds.bytes(keys);
    }

    @Override
    public Gatherer<PositionTops> begin(Place place) {
        return new Tops(most, place.bounds());
    }

    private static final class Tops implements Gatherer<PositionTops> {

        private final PositionTops tops;
        private final KeyBounds shared;

        /** The bounds of the block's keys. */
        private float[] bounds = new float[0];

        /** What a weight must exceed, of each key of the block. */
        private float[] thresholds = new float[0];

        private int[] above = new int[0];
        private int[] places = new int[0];
        private long firstKey;
        private int keys;

        Tops(int most, KeyBounds shared) {
            this.tops = new PositionTops(0, 0, most);
            this.shared = shared;
        }

        @Override
        public void beginKeys(long first, int count) {
            firstKey = first;
            keys = count;
            tops.cover(first, count);
            bounds = shared.of(tops.most(), first, count);
            thresholds = thresholds.length < count ? new float[count] : thresholds;
            for (int j = 0; j < count; j++) {
                thresholds[j] = Candidates.below(Math.max(bounds[j], tops.threshold(first + j)));
            }
        }

        @Override
        public void add(WeightTile tile) {
            for (int r = 0; r < tile.runs(); r++) {
                int rows = tile.count(r);
                int key = (int) (tile.key(r) - firstKey);
                int numbers = TileSums.numbers(rows);
                if (above.length < numbers) {
                    above = new int[numbers];
                    places = new int[numbers];
                }
                int at = tile.at(tile.start(r));
                tile.arithmetic().aboveOfRows(tile.weights(), at, rows, thresholds, key, above);
                int found = Candidates.places(above, numbers, places);
                for (int i = 0; i < found; i++) {
                    int row = places[i] / TileSums.LANES * TileSums.BITS;
                    int lane = places[i] % TileSums.LANES;
                    add(tile, at + row * TileSums.LANES + lane, above[places[i]], key + row, tile.firstQuery() + lane);
                }
            }
        }

        private void add(WeightTile tile, int at, int rows, int key, long query) {
            for (int left = rows; left != 0; left &= left - 1) {
                int row = Integer.numberOfTrailingZeros(left);
                float weight = tile.weights()[at + row * TileSums.LANES];
                float least = tops.offer(firstKey + key + row, weight, query);
                thresholds[key + row] = Math.max(thresholds[key + row], Candidates.below(least));
            }
        }

        @Override
        public void endKeys() {
            for (int j = 0; j < keys; j++) {
                bounds[j] = Math.max(bounds[j], tops.threshold(firstKey + j));
            }
        }

        @Override
        public PositionTops result() {
            return tops;
        }
    }
}
