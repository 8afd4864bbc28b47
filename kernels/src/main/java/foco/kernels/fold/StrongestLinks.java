package foco.kernels.fold;

/**
 * The heaviest pairs of a query and a key that lie so far apart, or farther.
 *
 * @param most how many, 1 or more
 * @param floor the least distance, 0 or more
 */
public record StrongestLinks(int most, long floor) implements Fold<Links> {

    public StrongestLinks {
        new Links(most);
        if (floor < 0) {
            throw new IllegalArgumentException("The least distance of links must be 0 or more, and is " + floor + ".");
        }
    }

    @Override
    public long bytes(int queries, long keys) {
        return 64L * most;
    }

    @Override
    public Gatherer<Links> begin(Place place) {
        Links links = new Links(most);
        return new Gatherer<>() {
            private float threshold = Candidates.below(links.threshold());

            @Override
            public void add(WeightTile tile) {
                if (isNear(tile)) {
                    return;
                }
                for (int first = 0; first < tile.rows(); first += Candidates.ROWS) {
                    int lanes = Candidates.lanes(tile, first, threshold);
                    for (; lanes != 0; lanes &= lanes - 1) {
                        int lane = Integer.numberOfTrailingZeros(lanes);
                        int groups = Candidates.groups(tile, first, lane, threshold);
                        for (; groups != 0; groups &= groups - 1) {
                            addGroup(tile, first + Integer.numberOfTrailingZeros(groups) * TileSums.GROUP, lane);
                        }
                    }
                }
            }

            /** Whether no pair of a tile lies so far apart. */
            private boolean isNear(WeightTile tile) {
                long query = tile.firstQuery() + place.shift();
                long low = tile.keyOf(0);
                long high = tile.keyOf(tile.rows() - 1);
                return high - query < floor && query + tile.queries() - 1 - low < floor;
            }

            private void addGroup(WeightTile tile, int from, int lane) {
                long query = tile.firstQuery() + lane;
                for (int rows = Candidates.rows(tile, from, lane, threshold); rows != 0; rows &= rows - 1) {
                    int row = from + Integer.numberOfTrailingZeros(rows);
                    long key = tile.keyOf(row);
                    if (Math.abs(key - query - place.shift()) >= floor) {
                        float weight = tile.weights()[tile.at(row) + lane];
                        float least = links.offer(new Links.Link(place.head(), query, key, weight));
                        threshold = Candidates.below(least);
                    }
                }
            }

            @Override
            public Links result() {
                return links;
            }
        };
    }
}
