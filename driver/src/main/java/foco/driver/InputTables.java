package foco.driver;

import foco.driver.strategy.AttentionInput;
import foco.driver.table.Sequences;
import foco.driver.table.TokenTable;
import foco.driver.table.VectorColumn;
import foco.kernels.AttentionSpec;
import foco.kernels.dense.RotaryEmbedding;
import foco.kernels.mask.Mask;
import foco.kernels.score.ScoreModifier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Reads the tables of one computation: the past goes before the keys, and what is not turned yet is turned. */
record InputTables(AttentionSpec spec, FocoConf conf, Optional<RotaryEmbedding> rotary, PastKeys past) {

    /** A table of queries, keys and values. */
    AttentionInput read(Dataset<Row> tokens) {
        if (!past.isNone()) {
            return read(tokens, tokens);
        }
        TokenTable table = TokenTable.read(tokens, conf, query(), key(), value());
        Sequences lengths = table.sequences();
        if (rotary.isPresent()) {
            table = table.rotated(0, query(), rotary.get(), lengths, Map.of())
                    .rotated(1, key(), rotary.get(), lengths, Map.of());
        }
        return new AttentionInput(table, 0, table, 1);
    }

    /** A table of queries, and one of keys and values. */
    AttentionInput read(Dataset<Row> queries, Dataset<Row> keysAndValues) {
        return read(queries, keysAndValues, key(), value());
    }

    /** A table of queries, and one of keys; what reads it asks for no values. */
    AttentionInput readKeys(Dataset<Row> queries, Dataset<Row> keys) {
        return read(queries, keys, key());
    }

    private AttentionInput read(Dataset<Row> queries, Dataset<Row> keyRows, VectorColumn... columns) {
        TokenTable queryTable =
                TokenTable.read(past.queries(queries, query()), TokenTable.sequenceType(queries), conf, query());
        TokenTable keyTable = keys(keyRows, columns);
        Sequences keys = keyTable.sequences();
        requireKeys(queryTable.sequences(), keys);
        if (rotary.isPresent()) {
            queryTable = queryTable.rotated(0, query(), rotary.get(), keys, Map.of());
            keyTable = keyTable.rotated(0, key(), rotary.get(), keys, past.turned());
        }
        return new AttentionInput(queryTable, 0, keyTable, 0);
    }

    /** @throws InvalidInputException if a sequence has queries only */
    static void requireKeys(Sequences queries, Sequences keys) {
        for (int s = 0; s < queries.count(); s++) {
            if (keys.index(queries.name(s)) < 0) {
                throw new InvalidInputException(
                        "Sequence %s has queries but no keys; give it keys and values, or leave it out."
                                .formatted(queries.name(s)));
            }
        }
    }

    private TokenTable keys(Dataset<Row> keyRows, VectorColumn... columns) {
        try {
            return TokenTable.read(past.before(keyRows, columns), TokenTable.sequenceType(keyRows), conf, columns);
        } catch (InvalidInputException e) {
            throw past.isEmpty()
                    ? e
                    : new InvalidInputException(e.getMessage() + " Positions of keys count from the past's first.");
        }
    }

    /** What to compute, each sequence's queries standing where they do. */
    AttentionSpec spec(Sequences queries) {
        if (past.isNone()) {
            return spec;
        }
        Map<String, Long> offsets = new HashMap<>();
        for (int s = 0; s < queries.count(); s++) {
            offsets.put(queries.name(s), past.length(queries.name(s)));
        }
        try {
            List<Long> unlike = offsets.values().stream().distinct().toList();
            return unlike.size() == 1
                    ? spec.shifted(unlike.get(0))
                    : spec.withMask(Mask.bySequence(each(offsets, spec.mask()::shifted)))
                            .withScores(spec.scores().stream()
                                    .map(score -> ScoreModifier.bySequence(each(offsets, score::shifted)))
                                    .toList());
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(e.getMessage());
        }
    }

    private static <T> Map<String, T> each(Map<String, Long> offsets, LongFunction<T> shifted) {
        Map<String, T> each = new HashMap<>();
        offsets.forEach((sequence, offset) -> each.put(sequence, shifted.apply(offset)));
        return each;
    }

    VectorColumn query() {
        return new VectorColumn("query", spec.heads(), spec.keyWidth());
    }

    VectorColumn key() {
        return new VectorColumn("key", spec.keyValueHeads(), spec.keyWidth());
    }

    VectorColumn value() {
        return new VectorColumn("value", spec.keyValueHeads(), spec.valueWidth());
    }
}
