package foco.kernels.fold;

import java.io.Serializable;

/** What a fold found over some queries and some keys. */
public interface FoldResult<R extends FoldResult<R>> extends Serializable {

    /**
     * Takes in what the same fold found over other pairs of a query and a key: afterwards this is what it would have found over
     * both.
     *
     * @throws IllegalArgumentException if it is of another fold
     */
    void merge(R other);
}
