package foco.kernels.fold;

/**
 * The mass of each query's weights, and their entropy {@code - sum p ln p} in natural units. The mass is 1, less what a sink
 * takes, and 0 where no key is seen. By query.
 */
public record Entropy() implements Fold<PositionSums> {

    /** The column of the mass. */
    public static final int MASS = 0;

    /** The column of the entropy. */
    public static final int ENTROPY = 1;

    private static final double LN_2 = StrictMath.log(2);

    /** The number of keys that, seen alike, have that entropy: {@code exp} of it. */
    public static double support(PositionSums sums, long query) {
        return StrictMath.exp(sums.get(query, ENTROPY));
    }

    @Override
    public long bytes(int queries, long keys) {
        return 2L * Double.BYTES * queries;
    }

    @Override
    public Gatherer<PositionSums> begin(Place place) {
        PositionSums sums = new PositionSums(place.firstQuery(), place.queries(), 2);
        return new Gatherer<>() {
            @Override
            public void add(WeightTile tile) {
                sums.add(tile.firstQuery(), MASS, tile.mass(), tile.queries());
                for (int i = 0; i < tile.queries(); i++) {
                    sums.add(tile.firstQuery() + i, ENTROPY, tile.surprise()[i] * LN_2);
                }
            }

            @Override
            public PositionSums result() {
                return sums;
            }
        };
    }
}
