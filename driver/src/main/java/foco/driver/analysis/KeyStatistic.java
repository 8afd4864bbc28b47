package foco.driver.analysis;

import foco.kernels.fold.SpanResult;

/**
 * A statistic of each key. If its table is {@link #POSITIONS}, each key has one row; where queries are not the keys, these rows are
 * in the table {@code keys} instead.
 *
 * @param <R> what its fold finds; a part of it is of some queries and all keys that they see
 */
public non-sealed interface KeyStatistic<R extends SpanResult<R>> extends Statistic<R> {

    @Override
    default String table() {
        return POSITIONS;
    }

    /** Gives the rows of a key, without the columns of its sequence, head and position. */
    void rows(R found, HeadScope scope, long key, RowSink rows);
}
