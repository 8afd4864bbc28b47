package foco.kernels.fold;

import foco.kernels.tile.Sums;
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

    @Override
    public long bytes(int queries, long keys) {
        return (long) Double.BYTES * keyStarts.length * Math.min(queryStarts.length, queries);
    }

    /** The result's positions are the numbers of the sections that the queries lie in. */
    @Override
    public Gatherer<PositionSums> begin(Place place) {
        int[] sections = new int[place.queries()];
        for (int i = 0; i < sections.length; i++) {
            sections[i] = Ranges.section(queryStarts, place.firstQuery() + i);
        }
        int first = sections.length == 0 ? 0 : Math.max(0, sections[0]);
        int end = sections.length == 0 ? 0 : Math.max(first, sections[sections.length - 1] + 1);
        PositionSums map = new PositionSums(first, end - first, keyStarts.length);
        Ranges ranges = new Ranges();
        return new Gatherer<>() {
            @Override
            public void add(WeightTile tile) {
                int at = (int) (tile.firstQuery() - place.firstQuery());
                // Sections of queries are runs, too.
                boolean isOne = sections[at] == sections[at + tile.queries() - 1];
                SectionMass.each(tile, keyStarts, (column, from, to) -> {
                    float[] sums = ranges.sums(tile, from, to);
                    if (isOne && sections[at] >= 0) {
                        // Lanes without a query have 0.
                        map.add(sections[at], column, Sums.of(sums));
                    } else if (!isOne) {
                        addEach(sums, tile.queries(), at, column);
                    }
                });
            }

            private void addEach(float[] sums, int queries, int at, int column) {
                for (int i = 0; i < queries; i++) {
                    if (sections[at + i] >= 0) {
                        map.add(sections[at + i], column, sums[i]);
                    }
                }
            }

            @Override
            public PositionSums result() {
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
