package foco.driver.analysis;

import foco.kernels.fold.FoldResult;

/**
 * A statistic of a head over all its queries and keys, with a table of its own.
 *
 * @param <R> what its fold finds; of a whole head it should be small
 */
public non-sealed interface HeadStatistic<R extends FoldResult<R>> extends Statistic<R> {

    /** Gives the rows of a head in their order, without the columns of its sequence and head. */
    void rows(R found, HeadScope scope, RowSink rows);
}
