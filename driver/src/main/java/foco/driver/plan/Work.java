package foco.driver.plan;

import foco.driver.InvalidInputException;
import foco.driver.block.Sequences;
import foco.kernels.AttentionSpec;
import foco.kernels.mask.Mask;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * What there is to compute: every block of queries in every head, or those of them that are not done yet. Whoever
 * computes it, where and in which order, an item's result has the same bits.
 */
public final class Work implements Serializable {

    private static final int LEFT_OUT = -1;

    /** Pairs that a mask which cannot be counted is asked about in all: a second's work of one core, or two. */
    private static final long QUESTIONS = 1L << 26;

    /** And in an item, whatever that comes to: enough for the sum over many items, if not for each. */
    private static final int LEAST_QUESTIONS = 1 << 8;

    /** A share of a half is then known within 1 in 100, nearly always. */
    private static final int MOST_QUESTIONS = 1 << 16;

    /**
     * Masks and modifiers may be large, so that they are no part of the serial form, of which every task makes itself a
     * copy: a task is given {@link #specs} as its executor has them.
     */
    private final transient List<AttentionSpec> specs;

    private final int[] firstBlocks;
    private final int blockRows;
    private final int heads;
    private final List<WorkItem> items;
    private final boolean estimated;
    private final int[] places;

    private Work(
            List<AttentionSpec> specs,
            int[] firstBlocks,
            int blockRows,
            int heads,
            List<WorkItem> items,
            boolean estimated) {
        this.specs = specs;
        this.firstBlocks = firstBlocks;
        this.blockRows = blockRows;
        this.heads = heads;
        this.items = items;
        this.estimated = estimated;
        this.places = new int[Math.multiplyExact(firstBlocks[firstBlocks.length - 1], heads)];
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
        List<AttentionSpec> specs = IntStream.range(0, queries.count())
                .mapToObj(s -> forSequence(spec, queries.name(s), queries.length(s), keyCounts[s]))
                .toList();
        int blocks = firstBlocks[specs.size()];
        int questions = questions((long) blocks * spec.heads());
        List<WorkItem> items = IntStream.range(0, blocks)
                .parallel()
                .mapToObj(block -> {
                    int found = Arrays.binarySearch(firstBlocks, block);
                    int s = found >= 0 ? found : -found - 2;
                    long first = (long) (block - firstBlocks[s]) * blockRows;
                    int count = (int) Math.min(blockRows, queries.length(s) - first);
                    long[] pairs = pairs(specs.get(s), first, count, keyCounts[s], questions);
                    return IntStream.range(0, spec.heads())
                            .mapToObj(head -> new WorkItem(block, s, first, count, head, pairs[head]));
                })
                .flatMap(Function.identity())
                .toList();
        boolean estimated = IntStream.range(0, specs.size())
                .anyMatch(
                        s -> !specs.get(s).mask().isCounted() && queries.length(s) * (double) keyCounts[s] > questions);
        return new Work(specs, firstBlocks, blockRows, spec.heads(), items, estimated);
    }

    /** The pairs of each head in a block of queries: counted once where the heads see the same. */
    private static long[] pairs(AttentionSpec spec, long first, int count, long keys, int questions) {
        Mask mask = spec.mask();
        long[] pairs = new long[spec.heads()];
        for (int head = 0; head < pairs.length; head++) {
            pairs[head] =
                    head > 0 && mask.isAlikeForHeads() ? pairs[0] : mask.pairs(head, first, count, keys, questions);
        }
        return pairs;
    }

    /** What a function is asked about in each of so many items, lest planning take long. */
    private static int questions(long items) {
        return (int) Math.max(LEAST_QUESTIONS, Math.min(MOST_QUESTIONS, QUESTIONS / Math.max(1, items)));
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
                items.stream().filter(wanted).toList(),
                estimated);
    }

    /** The items, in the order of query blocks, then of heads. */
    public List<WorkItem> items() {
        return items;
    }

    /** The place among {@link #items} of a block of queries in a head, negative if it is not to be computed. */
    public int place(int sequence, long firstQuery, int head) {
        return places[(firstBlocks[sequence] + (int) (firstQuery / blockRows)) * heads + head];
    }

    /** Whether all heads of every block are to be computed. */
    boolean isInWholeBlocks() {
        return items.size() == (long) blocks() * heads;
    }

    /** The number of query blocks over all sequences. */
    public int blocks() {
        return firstBlocks[firstBlocks.length - 1];
    }

    /** What to compute for each sequence, in their order; known in the driver alone. */
    public List<AttentionSpec> specs() {
        return specs;
    }

    /** What to compute for a sequence; known in the driver alone. */
    public AttentionSpec spec(int sequence) {
        return specs.get(sequence);
    }

    /** Whether {@link #pairs} is an estimate, since a mask had to be asked about a sample of the pairs. */
    public boolean isEstimated() {
        return estimated;
    }

    /** The (query, key) pairs that meet in these items. */
    public long pairs() {
        return items.stream().mapToLong(WorkItem::pairs).sum();
    }
}
