package foco.kernels.fold;

import java.io.Serializable;

/**
 * A statistic of attention's weights: what to gather from tiles of them. It is a value that can be sent to tasks; each task
 * {@link #begin begins} one of its own for some queries and some keys, and the results merge.
 *
 * <p>Sums are in float32 within a block of queries and keys, and in float64 beyond. Merged in one order, results are the same to
 * the last bit; of other cuts they differ by rounding alone.
 *
 * @param <R> its result
 */
public interface Fold<R extends FoldResult<R>> extends Serializable {

    /** Begins for some queries, of which no key has been seen. */
    Gatherer<R> begin(Place place);

    /**
     * The bytes of a result, about: what a task needs for it is planned. It should not be less than what there is; here it is 16 for
     * each query and each key.
     *
     * @param queries how many queries it is of
     * @param keys how many keys they see at most
     */
    default long bytes(int queries, long keys) {
        return 2L * Double.BYTES * (queries + keys);
    }

    /** The bytes of what all places of a head and a sequence share, for so many keys. */
    default long sharedBytes(long keys) {
        return 0;
    }
}
