package foco.driver.plan;

import foco.driver.InvalidInputException;
import foco.driver.table.Sequences;
import foco.kernels.AttentionSpec;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * What there is to compute: every block of queries in every head, or those of them that are not done yet. Whoever
 * computes it, where and in which order, an item's result has the same bits.
 */
public final class Work implements Serializable {

    private static final int LEFT_OUT = -1;

    private final AttentionSpec[] specs;
    private final int[] firstBlocks;
    private final int blockRows;
    private final int heads;
    private final List<WorkItem> items;
    private final int[] places;

    private Work(AttentionSpec[] specs, int[] firstBlocks, int blockRows, int heads, List<WorkItem> items) {
        this.specs = specs;
        this.firstBlocks = firstBlocks;
        this.blockRows = blockRows;
        this.heads = heads;
        this.items = items;
        this.places = new int[Math.multiplyExact(firstBlocks[specs.length], heads)];
        Arrays.fill(places, LEFT_OUT);
        for (int i = 0; i < items.size(); i++) {
            places[items.get(i).block() * heads + items.get(i).head()] = i;
        }
    }

    /**
     * All heads of all sequences.
     *
     * @param keys with a sequence of the same name for each of {@code queries}
     * @param blockRows the rows of a block of queries
     * @throws InvalidInputException if the mask does not fit a sequence
     */
    public static Work of(AttentionSpec spec, Sequences queries, Sequences keys, int blockRows) {
        int[] firstBlocks = queries.firstBlocks(blockRows);
        long[] keyCounts = IntStream.range(0, queries.count())
                .mapToLong(s -> keys.length(keys.index(queries.name(s))))
                .toArray();
        AttentionSpec[] specs = IntStream.range(0, queries.count())
                .mapToObj(s -> forSequence(spec, queries.name(s), queries.length(s), keyCounts[s]))
                .toArray(AttentionSpec[]::new);
        // Side by side, since a user's mask may have to be asked pair by pair.
        List<WorkItem> items = IntStream.range(0, Math.multiplyExact(firstBlocks[specs.length], spec.heads()))
                .parallel()
                .mapToObj(i -> {
                    int block = i / spec.heads();
                    int head = i % spec.heads();
                    int found = Arrays.binarySearch(firstBlocks, block);
                    int s = found >= 0 ? found : -found - 2;
                    long first = (long) (block - firstBlocks[s]) * blockRows;
                    int count = (int) Math.min(blockRows, queries.length(s) - first);
                    long pairs = specs[s].mask().pairs(head, first, count, keyCounts[s]);
                    return new WorkItem(block, s, first, count, head, pairs);
                })
                .toList();
        return new Work(specs, firstBlocks, blockRows, spec.heads(), items);
    }

    private static AttentionSpec forSequence(AttentionSpec spec, String sequence, long queries, long keys) {
        try {
            AttentionSpec own = spec.forSequence(sequence, queries, keys);
            // A mask of too few heads says so when it is asked for the last.
            own.mask().allows(spec.heads() - 1, 0, 0);
            return own;
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(e.getMessage());
        }
    }

    /** Some of these items; the others count as done. */
    public Work only(Predicate<WorkItem> wanted) {
        return new Work(
                specs,
                firstBlocks,
                blockRows,
                heads,
                items.stream().filter(wanted).toList());
    }

    /** The items, in the order of query blocks, then of heads. */
    public List<WorkItem> items() {
        return items;
    }

    /** The place among {@link #items} of a block of queries in a head, negative if it is not to be computed. */
    public int place(int sequence, long firstQuery, int head) {
        return places[(firstBlocks[sequence] + (int) (firstQuery / blockRows)) * heads + head];
    }

    /** The number of query blocks over all sequences. */
    public int blocks() {
        return firstBlocks[specs.length];
    }

    /** What to compute for each sequence, in their order. */
    public List<AttentionSpec> specs() {
        return List.of(specs);
    }

    /** What to compute for a sequence. */
    public AttentionSpec spec(int sequence) {
        return specs[sequence];
    }

    /** The (query, key) pairs that meet in these items. */
    public long pairs() {
        return items.stream().mapToLong(WorkItem::pairs).sum();
    }
}
