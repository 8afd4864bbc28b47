package foco.kernels.routine;

import foco.kernels.AttentionSpec;
import foco.kernels.softmax.SoftmaxState;
import foco.kernels.tile.KeyValueBlock;
import foco.kernels.tile.QueryBlock;

/**
 * One way to compute attention blockwise. A kernel belongs to one {@link AttentionSpec} and keeps its working memory
 * between calls, so it serves one thread; make one a task with {@code Kernels#create}.
 */
public interface AttentionKernel {

    /** What it is, for reports: "vector 256-bit", "breeze". */
    String name();

    /**
     * Lets the queries attend to one more block of keys: folds the block into their state, as Milakov and Gimelshein's
     * "Online normalizer calculation for softmax" (2018) and FlashAttention do. After all blocks of a sequence, in any
     * order, {@link SoftmaxState#finish} gives the attention.
     *
     * @param queries the queries of one head
     * @param block keys and values of the key/value head that this head reads
     * @param state the state of these queries, made with {@link SoftmaxState#of}
     */
    void attend(QueryBlock queries, KeyValueBlock block, SoftmaxState state);

    /** The tiles of queries and keys that have been computed so far. A tile is what the kernel looks at as a whole. */
    long tilesComputed();

    /** The tiles that cost nothing, as the mask hides every key in them from every query. */
    long tilesSkipped();
}
