package foco.kernels.fold;

import java.util.Arrays;

/**
 * The mass that the queries of each section give to the keys of each: a row for each section of queries, a column for each of
 * keys. Sections run from their start until the next; what comes before the first is left out.
 *
 * @param queryStarts the first query of each section, ascending
 * @param keyStarts the first key of each section, ascending
 */
public record SectionMap(long[] queryStarts, long[] keyStarts) implements Fold<PositionSums> {

    public SectionMap {
        if (queryStarts.length == 0 || keyStarts.length == 0) {
            throw new IllegalArgumentException("There must be a section of queries and one of keys or more.");
        }
        queryStarts = queryStarts.clone();
        keyStarts = keyStarts.clone();
        Ranges.requireAscending("Starts of sections", queryStarts);
        Ranges.requireAscending("Starts of sections", keyStarts);
    }

    /** The same sections of queries as of keys. */
    public SectionMap(long[] starts) {
        this(starts, starts);
    }

    /** The result's positions are the numbers of the sections of queries. */
    @Override
    public Gatherer<PositionSums> begin(Place place) {
        Gatherer<PositionSums> byQuery = new SectionMass(keyStarts).begin(place);
        return new Gatherer<>() {
            @Override
            public void add(WeightTile tile) {
                byQuery.add(tile);
            }

            @Override
            public PositionSums result() {
                PositionSums rows = byQuery.result();
                PositionSums map = new PositionSums(0, queryStarts.length, keyStarts.length);
                for (long query = place.firstQuery(); query < place.firstQuery() + place.queries(); query++) {
                    int section = Ranges.section(queryStarts, query);
                    for (int column = 0; section >= 0 && column < keyStarts.length; column++) {
                        map.add(section, column, rows.get(query, column));
                    }
                }
                return map;
            }
        };
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SectionMap map
                && Arrays.equals(map.queryStarts, queryStarts)
                && Arrays.equals(map.keyStarts, keyStarts);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(queryStarts) + Arrays.hashCode(keyStarts);
    }
}
