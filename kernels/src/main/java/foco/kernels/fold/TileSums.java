package foco.kernels.fold;

/**
 * Loops over rows of 16 weights, {@code rows} rows from {@code at} on, in float32: all that most folds need. What they are
 * computed with differs between machines and their bits do not.
 */
public interface TileSums {

    /** The weights in a row. */
    int LANES = 16;

    /** The rows that {@link #maxima} takes together. */
    int GROUP = 16;

    /** The rows whose bits are in a number. */
    int BITS = Integer.SIZE;

    /** How many numbers hold the bits of all weights of so many rows. */
    static int numbers(int rows) {
        return (rows + BITS - 1) / BITS * LANES;
    }

    /** The sum of each lane. */
    void sums(float[] w, int at, int rows, float[] sums);

    /** The sum of each lane over some rows: {@code chosen[from]} to {@code chosen[to - 1]}, counted from {@code at} on. */
    void sums(float[] w, int at, int[] chosen, int from, int to, float[] sums);

    /** The sum of each lane, row {@code r} times {@code factors[f0 + r]}. */
    void products(float[] w, int at, int rows, float[] factors, int f0, float[] sums);

    /** Adds to the rows from {@code to} on. */
    void add(float[] w, int at, int rows, float[] into, int to);

    /** Adds to the rows from {@code to} on, each lane times its factor. */
    void add(float[] w, int at, int rows, float[] lanes, float[] into, int to);

    /**
     * Of each {@value #GROUP} rows the largest weight of each lane, a row of 16 for each group. Weights are 0 or more.
     *
     * @param highest receives {@code ceil(rows / 16)} rows
     */
    void maxima(float[] w, int at, int rows, float[] highest);

    /**
     * The weights above their row's threshold: a row of 16 numbers for each {@value #BITS} rows, in which bit {@code r} of a lane is
     * that of row {@code r} of these. Weights and thresholds are 0 or more.
     *
     * @param thresholds from {@code t0} on, one for each row
     * @param found receives {@link #numbers} of them
     */
    void aboveOfRows(float[] w, int at, int rows, float[] thresholds, int t0, int[] found);

    /**
     * The same with thresholds of lanes.
     *
     * @param thresholds from {@code t0} on, one for each lane
     */
    void aboveOfLanes(float[] w, int at, int rows, float[] thresholds, int t0, int[] found);
}
