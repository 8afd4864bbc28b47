package foco.kernels.fold;

import java.util.Arrays;

/**
 * Final weights of up to 16 queries that follow each other and some keys: {@code P^T}, a row for each key, in which the queries
 * are side by side as lanes. Lanes without a query hold 0. Keys that no query sees may be left out; the others are in ascending
 * order, in runs that follow each other.
 *
 * <p>A kernel fills it; a {@link Gatherer} reads it.
 */
public final class WeightTile {

    private static final int LANES = TileSums.LANES;

    private final TileSums arithmetic;
    private final float[] mass = new float[LANES];
    private final float[] surprise = new float[LANES];
    private float[] weights = new float[0];
    private int offset;
    private int rows;
    private int row;
    private int queries;
    private long firstQuery;
    private long[] keys = new long[1];
    private int[] starts = new int[2];
    private int runs;
    private float[] maxima = new float[0];
    private float[] highest = new float[0];
    private boolean maximaKnown;

    public WeightTile(TileSums arithmetic) {
        this.arithmetic = arithmetic;
    }

    /**
     * For kernels.
     *
     * @throws IllegalArgumentException unless there are as many log-sum-exps as queries, each a number or -infinity
     */
    public static void requireNumbers(double[] lse, int queries) {
        if (lse.length != queries) {
            throw new IllegalArgumentException("There must be a log-sum-exp for each of %d queries, and there are %d."
                    .formatted(queries, lse.length));
        }
        for (int i = 0; i < queries; i++) {
            if (!(lse[i] < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "The log-sum-exp of query %d of the block is %s, and no number.".formatted(i, lse[i]));
            }
        }
    }

    /**
     * Begins a tile, of which the keys and the weights follow.
     *
     * @param row the first query's number in its block
     */
    public void reset(long firstQuery, int row, int queries) {
        this.firstQuery = firstQuery;
        this.row = row;
        this.queries = queries;
        this.rows = 0;
        this.runs = 0;
        this.maximaKnown = false;
    }

    /** Adds keys that follow each other, whose rows follow those before. */
    public void addRun(long firstKey, int count) {
        if (runs == keys.length) {
            keys = Arrays.copyOf(keys, 2 * runs);
            starts = Arrays.copyOf(starts, 2 * runs + 1);
        }
        keys[runs] = firstKey;
        starts[runs++] = rows;
        rows += count;
        starts[runs] = rows;
    }

    /** The first row stands at {@code at}; {@link #mass} and {@link #surprise} are to be written, too. */
    public void setWeights(float[] weights, int at) {
        this.weights = weights;
        this.offset = at;
    }

    /** Sums over rows of weights. */
    public TileSums arithmetic() {
        return arithmetic;
    }

    public float[] weights() {
        return weights;
    }

    /** The number of rows. */
    public int rows() {
        return rows;
    }

    /** Where a row stands in {@link #weights}. */
    public int at(int number) {
        return offset + number * LANES;
    }

    /** The number of lanes that hold a query. */
    public int queries() {
        return queries;
    }

    /** The position of the query in lane 0 among the queries of its sequence. */
    public long firstQuery() {
        return firstQuery;
    }

    /** The number of the query in lane 0 in its block. */
    public int row() {
        return row;
    }

    /** The number of runs of keys. */
    public int runs() {
        return runs;
    }

    /** The first key of a run. */
    public long key(int run) {
        return keys[run];
    }

    /** The row of a run's first key; of run {@link #runs} the number of all rows. */
    public int start(int run) {
        return starts[run];
    }

    /** The number of a run's keys. */
    public int count(int run) {
        return starts[run + 1] - starts[run];
    }

    /** The key of a row. */
    public long keyOf(int number) {
        int run = runs == 1 ? 0 : Arrays.binarySearch(starts, 0, runs, number);
        run = run < 0 ? -run - 2 : run;
        return keys[run] + number - starts[run];
    }

    /** The sum of each lane's weights. */
    public float[] mass() {
        return mass;
    }

    /** The sum of each lane's {@code -p log2 p}. */
    public float[] surprise() {
        return surprise;
    }

    /** {@link TileSums#maxima} of all rows. */
    public float[] maxima() {
        if (!maximaKnown) {
            int due = (rows + TileSums.GROUP - 1) / TileSums.GROUP * LANES;
            maxima = maxima.length < due ? new float[due] : maxima;
            arithmetic.maxima(weights, offset, rows, maxima);
            highest = highest.length < due ? new float[due] : highest;
            arithmetic.maxima(maxima, 0, due / LANES, highest);
            maximaKnown = true;
        }
        return maxima;
    }

    /** The largest weight of each lane among 256 rows, a row of 16 for each so many. */
    public float[] highest() {
        maxima();
        return highest;
    }
}
