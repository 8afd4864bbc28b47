package foco.driver.strategy;

import foco.driver.shared.Shared;
import foco.driver.table.Sequences;
import foco.driver.table.TokenTable;
import foco.kernels.dense.RotaryEmbedding;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Queries, and the keys and values that they attend to.
 *
 * @param queryColumn which of the vector columns of {@code queries} holds the queries
 * @param keyColumn which of those of {@code keys} holds the keys; the values are in the one after it
 * @param rotary what turns both, if anything does, whenever the tables are read
 */
public record AttentionInput(
        TokenTable queries, int queryColumn, TokenTable keys, int keyColumn, Optional<Shared<RotaryEmbedding>> rotary) {

    /** For each sequence of the queries, its place among those of the keys. */
    int[] keySequences() {
        Sequences sequences = queries.sequences();
        return IntStream.range(0, sequences.count())
                .map(s -> keys.sequences().index(sequences.name(s)))
                .toArray();
    }
}
