package foco.kernels.fold;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Each query's mass on sets of keys: separators, punctuation, the occurrences of a word. A column for each set. By query.
 *
 * @param sets the keys of each set, a bit each
 */
public record KeySets(List<BitSet> sets) implements Fold<PositionSums> {

    public KeySets {
        if (sets.isEmpty()) {
            throw new IllegalArgumentException("There must be a set of keys or more.");
        }
        List<BitSet> copies = new ArrayList<>();
        for (BitSet set : sets) {
            copies.add((BitSet) set.clone());
        }
        sets = List.copyOf(copies);
    }

    @Override
    public long bytes(int queries, long keys) {
        return (long) Double.BYTES * sets.size() * queries;
    }

    @Override
    public Gatherer<PositionSums> begin(Place place) {
        return new Sums(place);
    }

    private final class Sums implements Gatherer<PositionSums> {

        private final PositionSums sums;

        /** The keys of each set in the block, ascending and counted from the block's first. */
        private final int[][] members = new int[sets.size()][];

        private final float[] lanes = new float[TileSums.LANES];
        private long firstKey;

        Sums(Place place) {
            sums = new PositionSums(place.firstQuery(), place.queries(), sets.size());
        }

        @Override
        public void beginKeys(long first, int count) {
            firstKey = first;
            int from = Math.toIntExact(first);
            for (int s = 0; s < members.length; s++) {
                members[s] = sets.get(s).get(from, from + count).stream().toArray();
            }
        }

        @Override
        public void add(WeightTile tile) {
            for (int s = 0; s < members.length; s++) {
                for (int r = 0; r < tile.runs(); r++) {
                    int key = (int) (tile.key(r) - firstKey);
                    int from = below(members[s], key);
                    int to = below(members[s], key + tile.count(r));
                    if (from < to) {
                        int at = tile.at(tile.start(r) - key);
                        tile.arithmetic().sums(tile.weights(), at, members[s], from, to, lanes);
                        sums.add(tile.firstQuery(), s, lanes, tile.queries());
                    }
                }
            }
        }

        /** How many of some ascending numbers are below a bound. */
        private static int below(int[] numbers, int bound) {
            int found = Arrays.binarySearch(numbers, bound);
            return found >= 0 ? found : -found - 1;
        }

        @Override
        public PositionSums result() {
            return sums;
        }
    }
}
