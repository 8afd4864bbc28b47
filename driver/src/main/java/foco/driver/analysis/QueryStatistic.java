package foco.driver.analysis;

import foco.kernels.fold.FoldResult;

/**
 * A statistic of each query. If its table is {@link #POSITIONS}, each query has one row.
 *
 * @param <R> what its fold finds, of whatever queries it was begun for
 */
public non-sealed interface QueryStatistic<R extends FoldResult<R>> extends Statistic<R> {

    @Override
    default String table() {
        return POSITIONS;
    }

    /** Gives the rows of a query, without the columns of its sequence, head and position. */
    void rows(R found, HeadScope scope, long query, RowSink rows);
}
