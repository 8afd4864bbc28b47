package foco.driver.strategy;

import foco.driver.block.Sequences;
import foco.driver.block.TokenBlocks;
import foco.driver.shared.Shared;
import foco.driver.sweep.QuerySource;
import foco.kernels.AttentionSpec;
import foco.kernels.dense.RotaryEmbedding;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Queries, and the keys and values that they attend to.
 *
 * @param queryColumn which of the vector columns of {@code queries} holds the queries
 * @param keyColumn which of those of {@code keys} holds the keys
 * @param valueColumn which of those holds the values; the keys again, or negative, where no values are asked for
 * @param rotary what turns both, if anything does, whenever the blocks are read
 * @param offsets for each sequence of the queries, where its query 0 stands among the keys
 * @param lseColumn which of the vector columns of {@code queries} holds the log-sum-exps of the heads, once they are known
 */
public record AttentionInput(
        TokenBlocks queries,
        int queryColumn,
        TokenBlocks keys,
        int keyColumn,
        int valueColumn,
        Optional<Shared<RotaryEmbedding>> rotary,
        List<Long> offsets,
        OptionalInt lseColumn) {

    /** In place of the column of the values where none are needed. */
    private static final int NO_VALUES = -1;

    /** Queries of which no attention has been computed. */
    public AttentionInput(
            TokenBlocks queries,
            int queryColumn,
            TokenBlocks keys,
            int keyColumn,
            int valueColumn,
            Optional<Shared<RotaryEmbedding>> rotary,
            List<Long> offsets) {
        this(queries, queryColumn, keys, keyColumn, valueColumn, rotary, List.copyOf(offsets), OptionalInt.empty());
    }

    /**
     * The same with the log-sum-exps of the queries beside them, and without values.
     *
     * @param lse with one column, {@code [heads]}, of the same sequences in the same blocks as the queries
     */
    public AttentionInput withSums(TokenBlocks lse) {
        TokenBlocks both = queries.beside(lse);
        int column = queries.columns().size();
        TokenBlocks its = keys == queries ? both : keys;
        return new AttentionInput(
                both, queryColumn, its, keyColumn, NO_VALUES, rotary, offsets, OptionalInt.of(column));
    }

    /** Where the queries are in their blocks. */
    QuerySource source(AttentionSpec spec) {
        return new QuerySource(spec.shapes(), queryColumn, lseColumn.orElse(-1));
    }

    /** For each sequence of the queries, its place among those of the keys. */
    int[] keySequences() {
        Sequences sequences = queries.sequences();
        return IntStream.range(0, sequences.count())
                .map(s -> keys.sequences().index(sequences.name(s)))
                .toArray();
    }
}
