package foco.jobs.bench;

import static org.apache.spark.sql.functions.col;

import foco.driver.table.TokenRow;
import foco.kernels.AttentionSpec;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Tables of random tokens, made where they are read. The same position has the same numbers anywhere. */
record RandomTokens(SparkSession spark, AttentionSpec spec) {

    /** {@code position, query, key, value}. */
    Dataset<Row> all(long count) {
        AttentionSpec attention = spec;
        return rows(
                        count,
                        position -> row(
                                position,
                                query(attention, position),
                                key(attention, position),
                                value(attention, position)))
                .select(
                        col("position"),
                        col("first").as("query"),
                        col("second").as("key"),
                        col("third").as("value"));
    }

    /** {@code position, query}; other ones for another {@code set}. */
    Dataset<Row> queries(long count, long set) {
        AttentionSpec attention = spec;
        return rows(count, position -> row(position, query(attention, position + set * count), null, null))
                .select(col("position"), col("first").as("query"));
    }

    /** {@code position, key, value}. */
    Dataset<Row> keysAndValues(long count) {
        AttentionSpec attention = spec;
        return rows(count, position -> row(position, null, key(attention, position), value(attention, position)))
                .select(col("position"), col("second").as("key"), col("third").as("value"));
    }

    private Dataset<TokenRow> rows(long count, MapFunction<Long, TokenRow> make) {
        return spark.range(count).map(make, Encoders.bean(TokenRow.class));
    }

    private static TokenRow row(long position, float[] query, float[] key, float[] value) {
        TokenRow row = new TokenRow();
        row.setPosition(position);
        row.set(0, query);
        row.set(1, key);
        row.set(2, value);
        return row;
    }

    static float[] query(AttentionSpec spec, long position) {
        return RandomRows.of(3 * position, spec.queryRowWidth());
    }

    static float[] key(AttentionSpec spec, long position) {
        return RandomRows.of(3 * position + 1, spec.keyRowWidth());
    }

    static float[] value(AttentionSpec spec, long position) {
        return RandomRows.of(3 * position + 2, spec.valueRowWidth());
    }
}
