package foco.driver.plan;

import foco.driver.block.BlockLayout;
import foco.driver.block.InvalidInputException;
import foco.driver.block.Sequences;
import foco.kernels.AttentionSpec;
import java.io.Serializable;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * What there is to compute: every block of queries in every head, or those of them that are not done yet. Whoever
 * computes it, where and in which order, an item's result has the same bits.
 */
public final class WorkItems implements Serializable {

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

    private final BlockLayout layout;
    private final int heads;

    /** Of each block in each head; of each block alone where heads see the same. */
    private final long[] pairs;

    /** The items that are to be computed, each as block * heads + head, in order; null if all are. */
    private final int[] chosen;

    private final boolean estimated;

    private WorkItems(
            List<AttentionSpec> specs, BlockLayout layout, int heads, long[] pairs, int[] chosen, boolean estimated) {
        this.specs = specs;
        this.layout = layout;
        this.heads = heads;
        this.pairs = pairs;
        this.chosen = chosen;
        this.estimated = estimated;
    }

    /**
     * All heads of all sequences.
     *
     * @param keys with a sequence of the same name for each of {@code queries}
     * @param blockRows the rows of a block of queries
     * @throws InvalidInputException if the mask does not fit a sequence, or there are more items than an int counts
     */
    public static WorkItems of(AttentionSpec spec, Sequences queries, Sequences keys, int blockRows) {
        requireCountable(queries, blockRows, spec.heads());
        BlockLayout layout = BlockLayout.of(queries, blockRows);
        long[] keyCounts = IntStream.range(0, queries.count())
                .mapToLong(s -> keys.length(keys.index(queries.name(s))))
                .toArray();
        List<AttentionSpec> specs = IntStream.range(0, queries.count())
                .mapToObj(s -> forSequence(spec, queries.name(s), queries.length(s), keyCounts[s]))
                .toList();
        int questions = questions((long) layout.blocks() * spec.heads());
        boolean alike = specs.stream().distinct().allMatch(own -> own.mask().isAlikeForHeads());
        int perBlock = alike ? 1 : spec.heads();
        long[] pairs = new long[Math.multiplyExact(layout.blocks(), perBlock)];
        IntStream.range(0, layout.blocks()).parallel().forEach(block -> {
            int s = layout.sequence(block);
            for (int head = 0; head < perBlock; head++) {
                pairs[block * perBlock + head] = specs.get(s)
                        .mask()
                        .pairs(head, layout.firstPosition(block), layout.rows(block), keyCounts[s], questions);
            }
        });
        boolean estimated = IntStream.range(0, specs.size())
                .anyMatch(
                        s -> !specs.get(s).mask().isCounted() && queries.length(s) * (double) keyCounts[s] > questions);
        return new WorkItems(specs, layout, spec.heads(), pairs, null, estimated);
    }

    /** Before each of them takes time and memory. */
    private static void requireCountable(Sequences queries, int blockRows, int heads) {
        double blocks = IntStream.range(0, queries.count())
                .mapToDouble(s -> Math.ceil(queries.length(s) / (double) blockRows))
                .sum();
        if (blocks * heads > Integer.MAX_VALUE) {
            throw new InvalidInputException(
                    "%,.0f blocks of %d queries in %,d heads are more parts than the %,d that are planned; raise spark.foco.block.rows, or give fewer tokens or heads at a time"
                            .formatted(blocks, blockRows, heads, Integer.MAX_VALUE));
        }
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
    public WorkItems only(Predicate<WorkItem> wanted) {
        int[] some = IntStream.range(0, size())
                .filter(place -> wanted.test(item(place)))
                .map(this::number)
                .toArray();
        return new WorkItems(specs, layout, heads, pairs, some, estimated);
    }

    /** The number of items. */
    public int size() {
        return chosen == null ? layout.blocks() * heads : chosen.length;
    }

    private int number(int place) {
        return chosen == null ? place : chosen[place];
    }

    /** An item by its place, in the order of query blocks, then of heads. */
    public WorkItem item(int place) {
        int block = block(place);
        int head = number(place) % heads;
        return new WorkItem(
                block, layout.sequence(block), layout.firstPosition(block), layout.rows(block), head, pairs(place));
    }

    /** The block of an item. */
    int block(int place) {
        return number(place) / heads;
    }

    /** The sequence of an item. */
    int sequence(int place) {
        return layout.sequence(block(place));
    }

    /** The pairs of an item. */
    private long pairs(int place) {
        int number = number(place);
        return pairs.length == layout.blocks() ? pairs[number / heads] : pairs[number];
    }

    /** The items, made as they are asked for. */
    public List<WorkItem> items() {
        return new Items();
    }

    private final class Items extends AbstractList<WorkItem> implements RandomAccess {

        @Override
        public WorkItem get(int place) {
            return item(Objects.checkIndex(place, size()));
        }

        @Override
        public int size() {
            return WorkItems.this.size();
        }
    }

    /** The place of a block of queries in a head, negative if it is not to be computed. */
    public int place(int sequence, long firstQuery, int head) {
        int number = layout.number(sequence, firstQuery) * heads + head;
        return chosen == null ? number : Arrays.binarySearch(chosen, number);
    }

    /** Whether a block of queries in a head is to be computed. */
    public boolean holds(int block, int head) {
        return chosen == null || Arrays.binarySearch(chosen, block * heads + head) >= 0;
    }

    /** The number of heads, whether all of them are to be computed or some. */
    public int heads() {
        return heads;
    }

    /** Whether all heads of every block are to be computed. */
    boolean isInWholeBlocks() {
        return size() == (long) blocks() * heads;
    }

    /** The number of query blocks over all sequences. */
    public int blocks() {
        return layout.blocks();
    }

    /** Where the blocks of queries lie. */
    public BlockLayout layout() {
        return layout;
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
        return IntStream.range(0, size()).mapToLong(this::pairs).sum();
    }
}
