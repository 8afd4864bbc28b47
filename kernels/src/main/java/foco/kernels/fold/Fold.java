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
}
