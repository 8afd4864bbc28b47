package foco.kernels.mask;

import java.io.Serializable;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which keys a query may see. A mask answers for whole tiles, so that empty tiles are skipped, full ones cost nothing,
 * and only the ones in between are masked score by score.
 *
 * <p>{@link #allows} is the definition, and all that a mask has to have: a lambda will do,
 *
 * <pre>{@code
 * Mask even = (head, query, key) -> key % 2 == 0;
 * }</pre>
 *
 * <p>The other methods follow from it, pair by pair. The kinds below know better: which ranges of keys a query sees, and
 * how a tile lies to them. All compose by {@link #and}, {@link #or} and {@link #not}.
 *
 * <p>A kernel asks a lambda once about every pair that no other mask decides, in every head. A simple one takes 0.3 to 1 ns
 * a pair, where a pair that is seen takes about 1 ns more to compute at a width of 64: so a lambda that shows a thousand
 * keys of 65,536 costs twenty times what those keys cost. Let a kind of mask bound it where one can, as in
 * {@code Mask.window(1023, 0).and(even)}, which is asked about nothing outside of the window.
 *
 * <p>Positions are those of the query and of the key in their own sequences, counted from 0. Where there is a query
 * offset, query {@code i} stands at position {@code queryOffset + i} of the keys, as when as many keys came before the
 * first query; it may be negative. After a past of keys, a lambda is asked about queries at their positions among all
 * keys, the past's too ({@link #shifted}). An implementation is immutable.
 */
@FunctionalInterface
public interface Mask extends Serializable {

    /** Whether {@code query} may see {@code key} in {@code head}: the definition that the rest only makes fast. */
    boolean allows(int head, long query, long key);

    /** Adds to {@code keys} those of the keys asked about that {@code query} sees, in ascending order. */
    default void visible(int head, long query, KeyRanges keys) {
        for (long from = keys.first(); from < keys.end(); from += Long.SIZE) {
            int count = (int) Math.min(Long.SIZE, keys.end() - from);
            long seen = 0;
            for (int j = 0; j < count; j++) {
                seen |= (allows(head, query, from + j) ? 1L : 0L) << j;
            }
            keys.addBits(from, seen);
        }
    }

    /**
     * Bounds what the queries of {@code tile} see of its keys: adds to {@code some} keys among which all are that any of
     * them sees, and to {@code every} keys that all of them see, though perhaps not all such; in ascending order.
     */
    default void visible(Tile tile, KeyRanges some, KeyRanges every) {
        if (slidesUntil(tile.firstQuery()) >= tile.firstQuery() + tile.queries()) {
            some.addSliding(this, tile, every);
            return;
        }
        KeyRanges one = some.left();
        every.add(every.first(), every.end());
        long end = tile.firstQuery() + tile.queries();
        for (long query = tile.firstQuery(); query < end; query = alikeUntil(query)) {
            visible(tile.head(), query, one.reset(some.first(), some.end()));
            some.unite(one);
            every.intersect(one);
        }
    }

    /** Whether {@link #visible} knows ranges, and does not ask pair by pair. */
    default boolean givesRanges() {
        return false;
    }

    /** Whether {@link #visible} gives few ranges however many keys it is asked about, unlike those of a pattern. */
    default boolean givesFewRanges() {
        return false;
    }

    /** The number of the keys asked about that {@code query} sees. The buffer is used, and what it then holds is not said. */
    default long seen(int head, long query, KeyRanges keys) {
        visible(head, query, keys);
        return keys.keys();
    }

    /** Whether {@link #seen} takes few steps however many keys it is asked about, so that {@link #pairs} can count. */
    default boolean isCounted() {
        return givesFewRanges();
    }

    /** Whether a query sees the same keys in every head. */
    default boolean isAlikeForHeads() {
        return false;
    }

    /**
     * A mask that {@link #givesFewRanges gives few ranges} and hides nothing that this one shows: within it lie all pairs
     * that are worth asking about.
     */
    default Mask outer() {
        return givesFewRanges() ? this : FullMask.INSTANCE;
    }

    /** The end of a run of queries, from {@code query} on, that see the same keys; above {@code query}. */
    default long alikeUntil(long query) {
        return query + 1;
    }

    /**
     * The end of a run of queries, from {@code query} on, each of which sees what the one before it sees, one key further
     * on, where keys before the first count as any other; above {@code query}.
     */
    default long slidesUntil(long query) {
        return query + 1;
    }

    /** A mask that is the same within {@code tile}, perhaps a simpler one. */
    default Mask within(Tile tile) {
        return this;
    }

    /**
     * How much of {@code tile} the mask lets through. NONE and ALL are promises; PARTIAL is always a legal answer, only
     * a slower one.
     */
    default Coverage coverage(Tile tile) {
        boolean none = true;
        boolean all = true;
        KeyRanges keys = new KeyRanges();
        long end = tile.firstQuery() + tile.queries();
        for (long query = tile.firstQuery(); query < end; query = alikeUntil(query)) {
            long seen = seen(tile.head(), query, keys.reset(tile.firstKey(), tile.firstKey() + tile.keys()));
            none &= seen == 0;
            all &= seen == tile.keys();
            if (!none && !all) {
                return Coverage.PARTIAL;
            }
        }
        return none ? Coverage.NONE : Coverage.ALL;
    }

    /** {@link #coverage} as far as it is known without asking pair by pair, and PARTIAL where it is not. */
    default Coverage knownCoverage(Tile tile) {
        return givesRanges() ? coverage(tile) : Coverage.PARTIAL;
    }

    /**
     * How many pairs of some queries and the keys {@code 0 .. keys - 1} the mask lets through; what planning and GFLOP/s
     * count. Of a mask that is not {@link #isCounted counted} an estimate from a sample of the pairs, where they are many.
     *
     * @return the number for {@code firstQuery .. firstQuery + queries - 1}
     */
    default long pairs(int head, long firstQuery, int queries, long keys) {
        return pairs(head, firstQuery, queries, keys, PairSample.SIZE);
    }

    /** {@link #pairs(int, long, int, long)}, the sample being of up to {@code most} pairs. */
    default long pairs(int head, long firstQuery, int queries, long keys, int most) {
        boolean few = (double) queries * keys <= most;
        return isCounted() || few
                ? KeyRanges.pairs(this, head, firstQuery, queries, keys)
                : PairSample.pairs(this, head, firstQuery, queries, keys, most);
    }

    /**
     * The mask of one sequence, which is asked for once before its attention is computed. A mask that depends on the
     * sequence gives its part; any other checks that it fits and gives itself.
     *
     * @param sequence the sequence's name, as in the column {@code sequence}
     * @throws IllegalArgumentException naming what does not fit a sequence of so many queries and keys
     */
    default Mask forSequence(String sequence, long queries, long keys) {
        return this;
    }

    /**
     * Whether no query sees any of the keys {@code 0 .. keys - 1} because all stand too far behind them: a wrong query
     * offset, and refused. A mask may hide all keys in other ways.
     */
    default boolean isBeyond(long keys) {
        return false;
    }

    /**
     * The same mask for queries that stand so many positions further on, as those after a past of so many keys: it shows
     * to query {@code i} what this one shows to query {@code i + positions}. One that does not go by the position of the
     * query, such as a matrix of rows for these queries alone, gives itself.
     *
     * @throws IllegalArgumentException if the mask has no meaning for queries that do not stand at their own positions
     */
    default Mask shifted(long positions) {
        return positions == 0 ? this : new ShiftedMask(this, positions);
    }

    /**
     * The same for sequences whose queries stand so many positions further on, each by its own number: a mask for those
     * sequences alone.
     *
     * @param positions of each sequence, by its name
     * @throws IllegalArgumentException if the mask of a sequence has no meaning for queries that do not stand at their own
     *     positions
     */
    default Mask shifted(Map<String, Long> positions) {
        Map<String, Mask> masks = new HashMap<>();
        positions.forEach((sequence, further) -> masks.put(sequence, shifted(further)));
        return bySequence(masks);
    }

    /**
     * The text of the mask, which {@code foco.kernels.text.SpecText} reads back as an equal mask.
     *
     * @return empty if it has none: a function of a program, or a matrix of more than 65,536 numbers
     */
    default Optional<String> text() {
        return Optional.empty();
    }

    /** A query sees what both masks let it see. */
    default Mask and(Mask other) {
        return AndMask.of(this, other);
    }

    /** A query sees what either mask lets it see. */
    default Mask or(Mask other) {
        return new OrMask(this, other);
    }

    /** A query sees what this mask hides from it. */
    default Mask not() {
        return new NotMask(this);
    }

    /** Every query sees every key. */
    static Mask full() {
        return FullMask.INSTANCE;
    }

    /** Query {@code i} sees the keys {@code 0 .. i}. */
    static Mask causal() {
        return causal(0);
    }

    /** A query sees the keys up to its own position; one before key 0 sees nothing. */
    static Mask causal(long queryOffset) {
        return new CausalMask(queryOffset);
    }

    /** {@link #window(long, long, long)} of queries that stand at their own positions. */
    static Mask window(long left, long right) {
        return window(left, right, 0);
    }

    /**
     * Sliding window: a query at position {@code p} sees the keys {@code p - left .. p + right}; -1 is no limit. A
     * causal model whose window is {@code w} tokens wide, its own among them, has {@code window(w - 1, 0)}.
     */
    static Mask window(long left, long right, long queryOffset) {
        return new WindowMask(left, right, queryOffset);
    }

    /** A query sees its own chunk of {@code size} positions. */
    static Mask chunks(long size, long queryOffset) {
        return new ChunkMask(size, queryOffset);
    }

    /** Prefix-LM: every query sees the first {@code length} keys, and those up to its own position. */
    static Mask prefix(long length, long queryOffset) {
        return new PrefixMask(length, queryOffset);
    }

    /**
     * Documents packed one after another: a query sees the keys of its own document.
     *
     * @param lengths the length of each, 1 or more; they add up to the keys
     */
    static Mask documents(long[] lengths, long queryOffset) {
        return new DocumentMask(lengths, queryOffset);
    }

    /** {@link #documents(long[], long)} of queries that stand at their own positions. */
    static Mask documents(long... lengths) {
        return documents(lengths, 0);
    }

    /** Only the first {@code count} keys are valid: those after them fill up a batch, and no query sees them. */
    static Mask validKeys(long count) {
        return new ValidKeysMask(count);
    }

    /** The first {@code count} positions see every key, and every query sees them: Longformer's, with a window. */
    static Mask global(long count, long queryOffset) {
        return new GlobalMask(count, queryOffset);
    }

    /** Strided attention of the Sparse Transformer: the last {@code stride} keys, and every {@code stride}-th before. */
    static Mask strided(long stride, long queryOffset) {
        return new StridedMask(stride, queryOffset);
    }

    /**
     * Fixed attention of the Sparse Transformer: the keys so far of the query's own chunk of {@code stride}, and the last
     * {@code summary} keys of each chunk before.
     */
    static Mask fixed(long stride, long summary, long queryOffset) {
        return new FixedMask(stride, summary, queryOffset);
    }

    /**
     * BigBird, in blocks of {@code size} positions: a query sees the first {@code global} blocks, its own and
     * {@code window} to either side, and {@code random} others, drawn by {@code seed} for each head and block; queries of
     * the global blocks see every key.
     */
    static Mask bigBird(long size, long global, long window, int random, long seed) {
        return new BigBirdMask(size, global, window, random, seed, 0);
    }

    /**
     * An explicit map of blocks: whether the queries of block row {@code i} see the keys of block column {@code j}. A
     * block is {@code size} positions on either side, the last one perhaps fewer.
     */
    static Mask blocks(long size, boolean[][] map) {
        return MatrixMask.of(size, map);
    }

    /**
     * Explicit maps of blocks, head by head.
     *
     * @param map bit {@code (head * rows + i) * columns + j}, {@code [heads, rows, columns]}; the one row, column or head
     *     where there is only one stands for all
     * @throws IllegalArgumentException beyond 2^30 bits
     */
    static Mask blocks(long size, int heads, int rows, int columns, BitSet map) {
        return new MatrixMask(size, heads, rows, columns, map);
    }

    /** A matrix, {@code [queries, keys]}, of whether a query sees a key; for small inputs. */
    static Mask matrix(boolean[][] seen) {
        return MatrixMask.of(1, seen);
    }

    /**
     * Matrices of whether a query sees a key, head by head; for small inputs. No query sees keys beyond the matrix.
     *
     * @param seen bit {@code (head * queries + i) * keys + j}, {@code [heads, queries, keys]}; the one query, key or head
     *     where there is only one stands for all
     * @throws IllegalArgumentException beyond 2^30 bits
     */
    static Mask matrix(int heads, int queries, int keys, BitSet seen) {
        return new MatrixMask(1, heads, queries, keys, seen);
    }

    /** Each sequence's own mask, by the sequence's name. */
    static Mask bySequence(Map<String, Mask> masks) {
        return new BySequenceMask(masks);
    }
}
