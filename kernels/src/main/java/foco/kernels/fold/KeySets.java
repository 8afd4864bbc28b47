package foco.kernels.fold;

import java.util.ArrayList;
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

        /** Of each set 1 or 0 for each key of the block; none for a set without a key there. */
        private final float[][] members = new float[sets.size()][];

        private final boolean[] any = new boolean[sets.size()];
        private final float[] lanes = new float[TileSums.LANES];
        private long firstKey;

        Sums(Place place) {
            sums = new PositionSums(place.firstQuery(), place.queries(), sets.size());
        }

        @Override
        public void beginKeys(long first, int count) {
            firstKey = first;
            for (int s = 0; s < members.length; s++) {
                BitSet set = sets.get(s);
                int from = Math.toIntExact(first);
                int next = set.nextSetBit(from);
                any[s] = next >= 0 && next < from + count;
                if (any[s]) {
                    members[s] = new float[count];
                    for (int key = next; key >= 0 && key < from + count; key = set.nextSetBit(key + 1)) {
                        members[s][key - from] = 1;
                    }
                }
            }
        }

        @Override
        public void add(WeightTile tile) {
            for (int s = 0; s < members.length; s++) {
                for (int r = 0; any[s] && r < tile.runs(); r++) {
                    int at = tile.at(tile.start(r));
                    int member = (int) (tile.key(r) - firstKey);
                    tile.arithmetic().products(tile.weights(), at, tile.count(r), members[s], member, lanes);
                    sums.add(tile.firstQuery(), s, lanes, tile.queries());
                }
            }
        }

        @Override
        public PositionSums result() {
            return sums;
        }
    }
}
