package foco.kernels.fold;

import java.util.List;

/**
 * The weights of chosen pairs of a query and a key, up to a few for each query: what each gives to an earlier like token, say, and to
 * the token after that. Tiles without such a pair cost a look. By query, a column for each choice.
 *
 * @param keys of each choice the key for each query of the sequence, from its query 0 on; -1 for none
 */
public record PairWeights(List<int[]> keys) implements Fold<PositionSums> {

    public PairWeights {
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("There must be a key for each query, or more.");
        }
        keys = List.copyOf(keys);
    }

    @Override
    public long bytes(int queries, long count) {
        return (long) keys.size() * queries * (Double.BYTES + 2 * Integer.BYTES);
    }

    @Override
    public Gatherer<PositionSums> begin(Place place) {
        for (int[] chosen : keys) {
            if (chosen.length < place.firstQuery() + place.queries()) {
                throw new IllegalArgumentException("There are keys for %d queries, and none for query %d."
                        .formatted(chosen.length, place.firstQuery() + place.queries() - 1));
            }
        }
        return new Pairs(place);
    }

    private final class Pairs implements Gatherer<PositionSums> {

        private final int firstQuery;
        private final PositionSums sums;

        /** Of how many pairs the queries come before each query; their columns and keys in that order. */
        private final int[] starts;

        private int[] columns = new int[0];
        private int[] chosen = new int[0];

        Pairs(Place place) {
            firstQuery = Math.toIntExact(place.firstQuery());
            sums = new PositionSums(firstQuery, place.queries(), keys.size());
            starts = new int[place.queries() + 1];
        }

        /** The pairs with those keys, by their queries. */
        @Override
        public void beginKeys(long firstKey, int count) {
            int most = (starts.length - 1) * keys.size();
            if (chosen.length < most) {
                columns = new int[most];
                chosen = new int[most];
            }
            int pairs = 0;
            for (int i = 0; i < starts.length - 1; i++) {
                starts[i] = pairs;
                for (int column = 0; column < keys.size(); column++) {
                    int key = keys.get(column)[firstQuery + i];
                    if (key >= firstKey && key < firstKey + count) {
                        columns[pairs] = column;
                        chosen[pairs++] = key;
                    }
                }
            }
            starts[starts.length - 1] = pairs;
        }

        @Override
        public void add(WeightTile tile) {
            int from = (int) (tile.firstQuery() - firstQuery);
            if (starts[from] == starts[from + tile.queries()]) {
                return;
            }
            for (int lane = 0; lane < tile.queries(); lane++) {
                for (int pair = starts[from + lane]; pair < starts[from + lane + 1]; pair++) {
                    add(tile, lane, pair);
                }
            }
        }

        private void add(WeightTile tile, int lane, int pair) {
            for (int r = 0; r < tile.runs(); r++) {
                long row = chosen[pair] - tile.key(r);
                if (row >= 0 && row < tile.count(r)) {
                    float weight = tile.weights()[tile.at(tile.start(r) + (int) row) + lane];
                    sums.add(tile.firstQuery() + lane, columns[pair], weight);
                }
            }
        }

        @Override
        public PositionSums result() {
            return sums;
        }
    }
}
