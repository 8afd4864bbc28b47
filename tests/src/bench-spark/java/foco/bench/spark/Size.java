package foco.bench.spark;

import java.io.Serializable;

/**
 * What is to be computed.
 *
 * @param tokens of the one sequence
 * @param probe whether only memory is of interest: a way may then leave out what takes time and no more memory
 */
record Size(int tokens, boolean probe) implements Serializable {

    static final int HEADS = 8;

    static final int WIDTH = 64;

    /** The numbers of a token in a column. */
    static final int ROW_WIDTH = HEADS * WIDTH;

    /** What scores are multiplied by. */
    static final double SCALE = 1 / Math.sqrt(WIDTH);

    /** Two products of a multiply and an add for each query, key and number. */
    double operations() {
        return 4.0 * tokens * tokens * ROW_WIDTH;
    }
}
