package foco.kernels.fold;

import java.util.Arrays;

/**
 * A histogram of each query's mass by distance {@code d = j - i}, with {@code i} where the query stands among the keys: column
 * {@code b} has that of {@code edges[b - 1] <= d < edges[b]}, the first column what lies before all edges, the last what lies
 * from the last on. So a column may be one distance, such as 0, the query itself, or a window. By query.
 *
 * @param edges ascending
 */
public record DistanceMass(long[] edges) implements Fold<PositionSums> {

    public DistanceMass {
        if (edges.length == 0) {
            throw new IllegalArgumentException("A histogram of distances needs an edge or more.");
        }
        edges = edges.clone();
        Ranges.requireAscending("Edges of distances", edges);
    }

    /**
     * The query itself, then in both directions 1, 2 to 3, 4 to 7 and so on.
     *
     * @param most the farthest distance that is to be told from those beyond
     */
    public static DistanceMass powersOfTwo(long most) {
        int powers = Long.SIZE - Long.numberOfLeadingZeros(Math.max(1, most));
        long[] edges = new long[2 * powers + 2];
        for (int p = 0; p <= powers; p++) {
            edges[powers - p] = 1 - (1L << p);
            edges[powers + 1 + p] = 1L << p;
        }
        return new DistanceMass(edges);
    }

    /** The same with more edges: those of windows, say. */
    public DistanceMass withEdges(long... more) {
        long[] all = Arrays.copyOf(edges, edges.length + more.length);
        System.arraycopy(more, 0, all, edges.length, more.length);
        return new DistanceMass(Arrays.stream(all).sorted().distinct().toArray());
    }

    /** Whether a column begins at a distance. */
    public boolean isEdge(long distance) {
        return Arrays.binarySearch(edges, distance) >= 0;
    }

    /** The column that has a distance. */
    public int column(long distance) {
        return Ranges.section(edges, distance) + 1;
    }

    /**
     * A query's mass within distances {@code from .. to}.
     *
     * @throws IllegalArgumentException unless {@code from} and {@code to + 1} are edges
     */
    public double within(PositionSums sums, long query, long from, long to) {
        int low = Arrays.binarySearch(edges, from);
        int high = Arrays.binarySearch(edges, to + 1);
        if (low < 0 || high < 0) {
            throw new IllegalArgumentException("Distances %d to %d need edges at %d and %d; there are %s."
                    .formatted(from, to, from, to + 1, Arrays.toString(edges)));
        }
        double mass = 0;
        for (int column = low + 1; column <= high; column++) {
            mass += sums.get(query, column);
        }
        return mass;
    }

    @Override
    public long bytes(int queries, long keys) {
        return (long) Double.BYTES * (edges.length + 1) * queries;
    }

    @Override
    public Gatherer<PositionSums> begin(Place place) {
        PositionSums sums = new PositionSums(place.firstQuery(), place.queries(), edges.length + 1);
        Ranges ranges = new Ranges();
        return new Gatherer<>() {
            @Override
            public void add(WeightTile tile) {
                long query = tile.firstQuery() + place.shift();
                for (int r = 0; r < tile.runs(); r++) {
                    addRun(tile, tile.start(r), tile.start(r + 1), tile.key(r) - query);
                }
            }

            /** @param distance that of the first row to lane 0; to lane i it is i less */
            private void addRun(WeightTile tile, int start, int end, long distance) {
                int further = tile.queries() - 1;
                int row = start;
                while (row < end) {
                    long d = distance + row - start;
                    int column = column(d - further);
                    if (column == edges.length || d < edges[column]) {
                        // All lanes are in one column until lane 0 comes to its edge.
                        long left = column == edges.length ? end - row : edges[column] - d;
                        int to = (int) Math.min(end, row + left);
                        ranges.addSums(tile, row, to, sums, column);
                        row = to;
                    } else {
                        int to = (int) Math.min(end, row + edges[column] - (d - further));
                        addBand(tile, row, to, d, column);
                        row = to;
                    }
                }
            }

            /** Rows in which lanes are in unlike columns, the last one in {@code column} throughout. */
            private void addBand(WeightTile tile, int from, int to, long distance, int column) {
                for (int i = 0; i < tile.queries(); i++) {
                    long d = distance - i;
                    int mine = column;
                    double sum = 0;
                    for (int row = from; row < to; row++) {
                        while (mine < edges.length && edges[mine] <= d) {
                            sums.add(tile.firstQuery() + i, mine++, sum);
                            sum = 0;
                        }
                        sum += tile.weights()[tile.at(row) + i];
                        d++;
                    }
                    sums.add(tile.firstQuery() + i, mine, sum);
                }
            }

            @Override
            public PositionSums result() {
                return sums;
            }
        };
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DistanceMass mass && Arrays.equals(mass.edges, edges);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(edges);
    }
}
