package foco.kernels.fold;

import java.util.Arrays;

/**
 * Each query's mass on sections of the keys: chapters, paragraphs, slices, or the first tokens and the rest. A column has what
 * lies from its start until the next; what comes before the first start is left out. By query.
 *
 * @param starts the first key of each section, ascending
 */
public record SectionMass(long[] starts) implements Fold<PositionSums> {

    public SectionMass {
        if (starts.length == 0) {
            throw new IllegalArgumentException("There must be a section or more.");
        }
        starts = starts.clone();
        Ranges.requireAscending("Starts of sections", starts);
    }

    @Override
    public long bytes(int queries, long keys) {
        return (long) Double.BYTES * starts.length * queries;
    }

    @Override
    public Gatherer<PositionSums> begin(Place place) {
        PositionSums sums = new PositionSums(place.firstQuery(), place.queries(), starts.length);
        Ranges ranges = new Ranges();
        return new Gatherer<>() {
            @Override
            public void add(WeightTile tile) {
                each(tile, starts, (section, from, to) -> ranges.addSums(tile, from, to, sums, section));
            }

            @Override
            public PositionSums result() {
                return sums;
            }
        };
    }

    /** Rows of a tile whose keys lie in one section. */
    @FunctionalInterface
    interface Rows {
        void take(int section, int from, int to);
    }

    /** Finds the rows of each section. */
    static void each(WeightTile tile, long[] starts, Rows rows) {
        for (int r = 0; r < tile.runs(); r++) {
            long before = tile.key(r) - tile.start(r);
            int end = tile.start(r + 1);
            for (int row = tile.start(r); row < end; ) {
                int section = Ranges.section(starts, before + row);
                int to = section + 1 < starts.length ? (int) Math.min(end, starts[section + 1] - before) : end;
                if (section >= 0) {
                    rows.take(section, row, to);
                }
                row = to;
            }
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SectionMass mass && Arrays.equals(mass.starts, starts);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(starts);
    }
}
