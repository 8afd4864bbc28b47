package foco.driver;

import foco.driver.shared.Shared;
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
import org.apache.spark.sql.SparkSession;

/** Reads the tables of one computation: the past goes before the keys, and what is not turned yet is turned. */
record InputTables(AttentionSpec spec, FocoConf conf, Optional<RotaryEmbedding> rotary, PastKeys past) {

    /** A table of queries, keys and values. */
    AttentionInput read(Dataset<Row> tokens) {
        if (!past.isNone()) {
            return read(tokens, tokens);
        }
        TokenTable table =
                TokenTable.read(tokens, conf, Attention.query(spec), Attention.key(spec), Attention.value(spec));
        Sequences lengths = table.sequences();
        Optional<Shared<RotaryEmbedding>> shared = shared(tokens.sparkSession());
        if (shared.isPresent()) {
            table = table.rotated(0, Attention.query(spec), shared.get(), lengths, Map.of())
                    .rotated(1, Attention.key(spec), shared.get(), lengths, Map.of());
        }
        return new AttentionInput(table, 0, table, 1, shared);
    }

    /** A table of queries, and one of keys and values. */
    AttentionInput read(Dataset<Row> queries, Dataset<Row> keysAndValues) {
        return read(queries, keysAndValues, Attention.key(spec), Attention.value(spec));
    }

    /** A table of queries, and one of keys; what reads it asks for no values. */
    AttentionInput readKeys(Dataset<Row> queries, Dataset<Row> keys) {
        return read(queries, keys, Attention.key(spec));
    }

    private AttentionInput read(Dataset<Row> queries, Dataset<Row> keyRows, VectorColumn... columns) {
        TokenTable queryTable = TokenTable.read(
                past.queries(queries, Attention.query(spec)),
                TokenTable.sequenceType(queries),
                conf,
                Attention.query(spec));
        TokenTable keyTable = keys(keyRows, columns);
        Sequences keys = keyTable.sequences();
        past.requireSequences(queryTable.sequences(), keys);
        Attention.requireKeys(queryTable.sequences(), keys);
        Optional<Shared<RotaryEmbedding>> shared = shared(queries.sparkSession());
        if (shared.isPresent()) {
            queryTable = queryTable.rotated(0, Attention.query(spec), shared.get(), keys, Map.of());
            keyTable = keyTable.rotated(0, Attention.key(spec), shared.get(), keys, past.turned());
        }
        return new AttentionInput(queryTable, 0, keyTable, 0, shared);
    }

    private Optional<Shared<RotaryEmbedding>> shared(SparkSession spark) {
        return rotary.map(embedding -> Shared.of(spark.sparkContext(), embedding));
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
}
