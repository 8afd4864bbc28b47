package foco.driver.strategy;

import foco.driver.block.Sequences;
import foco.driver.block.TokenBlocks;
import foco.driver.shared.Shared;
import foco.kernels.dense.RotaryEmbedding;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Queries, and the keys and values that they attend to.
 *
 * @param queryColumn which of the vector columns of {@code queries} holds the queries
 * @param keyColumn which of those of {@code keys} holds the keys
 * @param valueColumn which of those holds the values; the keys again where no values are asked for
 * @param rotary what turns both, if anything does, whenever the blocks are read
 */
public record AttentionInput(
        TokenBlocks queries,
        int queryColumn,
        TokenBlocks keys,
        int keyColumn,
        int valueColumn,
        Optional<Shared<RotaryEmbedding>> rotary) {

    /** For each sequence of the queries, its place among those of the keys. */
    int[] keySequences() {
        Sequences sequences = queries.sequences();
        return IntStream.range(0, sequences.count())
                .map(s -> keys.sequences().index(sequences.name(s)))
                .toArray();
    }
}
