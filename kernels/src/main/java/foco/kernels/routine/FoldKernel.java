package foco.kernels.routine;

import foco.kernels.AttentionSpec;
import foco.kernels.fold.Gatherer;
import foco.kernels.tile.KeyValueBlock;
import foco.kernels.tile.QueryBlock;
import java.util.List;

/**
 * Goes through the weights of attention that has been computed, a tile at a time. It belongs to one {@link AttentionSpec} and keeps
 * its working memory between calls, so it serves one thread; make one a task with {@code Kernels#folds}.
 */
public interface FoldKernel {

    /** What it is, for reports. */
    String name();

    /**
     * Hands the weights of the queries and one more block of keys to all gatherers. A result over all keys takes all blocks of a
     * sequence.
     *
     * @param queries the queries of one head
     * @param lse the log-sum-exp of each query's scores over all keys, its sink among them, natural logarithm; -infinity for one
     *     that sees nothing
     * @param block keys of the key/value head that this head reads; its values are not looked at
     * @param gatherers begun for these queries
     * @throws IllegalArgumentException if there are not as many log-sum-exps as queries, or one is no number
     */
    void fold(QueryBlock queries, double[] lse, KeyValueBlock block, List<? extends Gatherer<?>> gatherers);
}
