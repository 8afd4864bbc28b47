package foco.jobs.report;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The strongest links of a range of tokens: for each token up to {@code k} others with their weights, heaviest first. Others
 * go as indices into a list of those that occur, the most frequent first, because many tokens look at the same few; either
 * the others' positions are listed or their distances, whichever comes out smaller.
 *
 * <p>Layout: form (1 byte; 0 positions, 1 distances, 2 positions without a list), k (1 byte), the list's length (4 bytes) and
 * the list as differences (4 byte planes); then for each rank a plane of indices (2 bytes, 65535 where there is no link; form
 * 2: positions, 4 bytes, -1 where there is none) and a plane of {@link Figure} codes of weights, from rank 2 as how much less
 * than the rank before.
 */
final class LinkCode {
    private static final int POSITIONS = 0;
    private static final int DISTANCES = 1;
    private static final int PLAIN = 2;

    private final int first;
    private final int rows;
    private final int ranks;
    private final int[] others;
    private final int[] codes;

    /**
     * An empty range.
     *
     * @param first its first token
     * @param rows how many it has
     * @param ranks how many links a token has at most
     */
    LinkCode(int first, int rows, int ranks) {
        this.first = first;
        this.rows = rows;
        this.ranks = ranks;
        this.others = new int[rows * ranks];
        this.codes = new int[rows * ranks];
        Arrays.fill(others, -1);
    }

    /** @param rank from 0 */
    void add(int position, int rank, int other, double weight) {
        int at = rank * rows + position - first;
        others[at] = other;
        codes[at] = Figure.code(weight);
    }

    byte[] toBytes() {
        byte[] weights = weights();
        byte[] best = null;
        int least = Integer.MAX_VALUE;
        for (byte[] candidate : List.of(listed(POSITIONS), listed(DISTANCES), plain())) {
            int size = ChunkText.size(candidate);
            if (size < least) {
                least = size;
                best = candidate;
            }
        }
        return new Planes().bytes(best).bytes(weights).toBytes();
    }

    private byte[] weights() {
        Planes planes = new Planes();
        for (int rank = 0; rank < ranks; rank++) {
            int[] plane = new int[rows];
            for (int row = 0; row < rows; row++) {
                int at = rank * rows + row;
                plane[row] = rank == 0 ? codes[at] : Math.max(0, codes[at - rows] - codes[at]);
            }
            planes.shorts(plane);
        }
        return planes.toBytes();
    }

    private byte[] plain() {
        Planes planes = new Planes().octet(PLAIN).octet(ranks).number(0);
        for (int rank = 0; rank < ranks; rank++) {
            planes.ints(Arrays.copyOfRange(others, rank * rows, (rank + 1) * rows));
        }
        return planes.toBytes();
    }

    private byte[] listed(int form) {
        int[] values = new int[others.length];
        Map<Integer, Integer> counts = new HashMap<>();
        for (int i = 0; i < others.length; i++) {
            if (others[i] >= 0) {
                values[i] = form == DISTANCES ? others[i] - first - i % rows : others[i];
                counts.merge(values[i], 1, Integer::sum);
            }
        }
        List<Integer> list = counts.entrySet().stream()
                .sorted(Map.Entry.<Integer, Integer>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .toList();
        Map<Integer, Integer> index = new HashMap<>();
        int[] steps = new int[list.size()];
        for (int i = 0; i < steps.length; i++) {
            index.put(list.get(i), i);
            steps[i] = list.get(i) - (i == 0 ? 0 : list.get(i - 1));
        }
        Planes planes =
                new Planes().octet(form).octet(ranks).number(steps.length).ints(steps);
        for (int rank = 0; rank < ranks; rank++) {
            int[] plane = new int[rows];
            for (int row = 0; row < rows; row++) {
                int at = rank * rows + row;
                plane[row] = others[at] < 0 ? Figure.NONE : index.get(values[at]);
            }
            planes.shorts(plane);
        }
        return planes.toBytes();
    }
}
