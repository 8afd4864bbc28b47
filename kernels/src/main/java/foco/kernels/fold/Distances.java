package foco.kernels.fold;

/**
 * How far each query looks: {@code sum p (j - i)}, below 0 where it looks back, and {@code sum p |j - i|}, with {@code i} where
 * the query stands among the keys. They are means where the query's mass is 1. By query.
 */
public record Distances() implements Fold<PositionSums> {

    /** The column of the signed distance. */
    public static final int SIGNED = 0;

    /** The column of the absolute distance. */
    public static final int ABSOLUTE = 1;

    @Override
    public long bytes(int queries, long keys) {
        return 2L * Double.BYTES * queries;
    }

    @Override
    public Gatherer<PositionSums> begin(Place place) {
        return new Sums(place);
    }

    private static final class Sums implements Gatherer<PositionSums> {

        private final long shift;
        private final PositionSums sums;
        private final Ranges ranges = new Ranges();

        Sums(Place place) {
            shift = place.shift();
            sums = new PositionSums(place.firstQuery(), place.queries(), 2);
        }

        @Override
        public void add(WeightTile tile) {
            long query = tile.firstQuery() + shift;
            for (int r = 0; r < tile.runs(); r++) {
                int start = tile.start(r);
                int end = start + tile.count(r);
                long key = tile.key(r);
                // Rows behind all queries, among them, ahead of them all.
                int among = (int) Math.max(start, Math.min(end, start + query - key));
                int ahead = (int) Math.max(among, Math.min(end, start + query + tile.queries() - key));
                add(tile, start, among, key, query, -1);
                add(tile, among, ahead, key + among - start, query);
                add(tile, ahead, end, key + ahead - start, query, 1);
            }
        }

        private void add(WeightTile tile, int from, int to, long key, long query, int sign) {
            if (from < to) {
                ranges.findMoments(tile, from, to);
                for (int i = 0; i < tile.queries(); i++) {
                    double distance = ranges.distance(i, key, query);
                    sums.add(tile.firstQuery() + i, SIGNED, distance);
                    sums.add(tile.firstQuery() + i, ABSOLUTE, sign * distance);
                }
            }
        }

        private void add(WeightTile tile, int from, int to, long key, long query) {
            for (int row = from; row < to; row++) {
                for (int i = 0; i < tile.queries(); i++) {
                    double distance = (double) (key + row - from - query - i) * tile.weights()[tile.at(row) + i];
                    sums.add(tile.firstQuery() + i, SIGNED, distance);
                    sums.add(tile.firstQuery() + i, ABSOLUTE, Math.abs(distance));
                }
            }
        }

        @Override
        public PositionSums result() {
            return sums;
        }
    }
}
