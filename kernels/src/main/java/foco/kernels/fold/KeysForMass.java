package foco.kernels.fold;

/**
 * How many keys a query needs for a part of its mass, half or 90% of it: bounds within a factor of two, of one query of every so
 * many. Each weight of those queries is looked at on its own, which is as dear as two thirds of attention itself where all are.
 * Exact numbers come from {@link ChosenRows}.
 *
 * @param every the queries that are looked at are the multiples of this, 1 or more
 */
public record KeysForMass(int every) implements Fold<MassBins> {

    /** One query of 256. */
    public KeysForMass() {
        this(256);
    }

    public KeysForMass {
        if (every < 1) {
            throw new IllegalArgumentException(
                    "One query of %d cannot be looked at; of 1 or more it can.".formatted(every));
        }
    }

    @Override
    public long bytes(int queries, long keys) {
        return 2L * Long.BYTES * MassBins.BINS * (queries / every + 1);
    }

    @Override
    public Gatherer<MassBins> begin(Place place) {
        long first = (place.firstQuery() + every - 1) / every * every;
        long left = place.firstQuery() + place.queries() - first;
        MassBins bins = new MassBins(first, (int) Math.max(0, (left + every - 1) / every), every);
        return new Gatherer<>() {
            @Override
            public void add(WeightTile tile) {
                int lane = (int) Math.floorMod(-tile.firstQuery(), (long) every);
                for (; lane < tile.queries(); lane += every) {
                    long query = tile.firstQuery() + lane;
                    int end = tile.at(tile.rows());
                    for (int at = tile.at(0) + lane; at < end; at += TileSums.LANES) {
                        float weight = tile.weights()[at];
                        if (weight > 0) {
                            bins.add(query, weight);
                        }
                    }
                }
            }

            @Override
            public MassBins result() {
                return bins;
            }
        };
    }
}
