package foco.jobs.io;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;

import foco.driver.InvalidInputException;
import foco.jobs.io.TokenReader.NotFinite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/**
 * {@code .npy} files as DataFrames, one row a token. The tasks read the files, each its own range of tokens; the driver
 * only plans the ranges. Column {@code sequence} is the index in the batch, {@code position} the token's index.
 */
public final class NpyTables {
    private NpyTables() {}

    /** @return {@code sequence bigint, position bigint, query array<float>}, the array {@code [heads*width]} */
    public static Dataset<Row> queries(SparkSession spark, NpyFile file, HeadLayout layout) {
        SerializableConfiguration hadoop = hadoop(spark);
        JavaRDD<QueryRow> rows = TokenRange.all(spark, layout, tokenBytes(file, layout))
                .flatMap(range -> {
                    TokenReader queries = open(file, layout, hadoop.value());
                    return range.chunks(tokenBytes(file, layout))
                            .flatMap(chunk -> queryRows(chunk, queries))
                            .iterator();
                });
        return spark.createDataset(rows.rdd(), Encoders.bean(QueryRow.class)).select("sequence", "position", "query");
    }

    /**
     * Keys and values of the same tokens.
     *
     * @return {@code sequence bigint, position bigint, key array<float>, value array<float>}, the arrays {@code [heads*width]} of each file
     */
    public static Dataset<Row> keysAndValues(
            SparkSession spark, NpyFile keys, HeadLayout keyLayout, NpyFile values, HeadLayout valueLayout) {
        if (keyLayout.sequences() != valueLayout.sequences() || keyLayout.tokens() != valueLayout.tokens()) {
            throw new IllegalArgumentException(keys + " and " + values + " are not of the same tokens");
        }
        SerializableConfiguration hadoop = hadoop(spark);
        long tokenBytes = tokenBytes(keys, keyLayout) + tokenBytes(values, valueLayout);
        JavaRDD<KeyValueRow> rows = TokenRange.all(spark, keyLayout, tokenBytes).flatMap(range -> {
            TokenReader keyReader = open(keys, keyLayout, hadoop.value());
            TokenReader valueReader = open(values, valueLayout, hadoop.value());
            return range.chunks(tokenBytes)
                    .flatMap(chunk -> keyValueRows(chunk, keyReader, valueReader))
                    .iterator();
        });
        return spark.createDataset(rows.rdd(), Encoders.bean(KeyValueRow.class))
                .select("sequence", "position", "key", "value");
    }

    /**
     * Rows of tokens with a column {@code rotary_position bigint}.
     *
     * @param positions {@code [sequences, tokens]} row-major
     */
    public static Dataset<Row> withPositions(Dataset<Row> rows, long[] positions, long tokens) {
        UDF2<Long, Long, Long> position = (sequence, token) -> positions[(int) (sequence * tokens + token)];
        return rows.withColumn(
                "rotary_position", udf(position, DataTypes.LongType).apply(col("sequence"), col("position")));
    }

    /**
     * Looks for a number that attention cannot be computed on; reads the whole file.
     *
     * @throws InvalidInputException naming the first NaN, infinity or number beyond float32's range, in the order of
     *     sequences and tokens, and its place in the file
     */
    public static void requireFinite(SparkSession spark, NpyFile file, HeadLayout layout) {
        SerializableConfiguration hadoop = hadoop(spark);
        long tokenBytes = tokenBytes(file, layout);
        List<NotFinite> found = TokenRange.all(spark, layout, tokenBytes)
                .flatMap(range -> firstNotFinite(range, tokenBytes, open(file, layout, hadoop.value())))
                .collect();
        found.stream()
                .min(Comparator.comparingInt(NotFinite::sequence).thenComparingLong(NotFinite::token))
                .ifPresent(first -> {
                    throw new InvalidInputException(first.message());
                });
    }

    private static Iterator<NotFinite> firstNotFinite(TokenRange range, long tokenBytes, TokenReader reader)
            throws IOException {
        for (Iterator<TokenRange> chunks = range.chunks(tokenBytes).iterator(); chunks.hasNext(); ) {
            TokenRange chunk = chunks.next();
            Optional<NotFinite> found = reader.firstNotFinite(chunk.sequence(), chunk.first(), (int) chunk.count());
            if (found.isPresent()) {
                return List.of(found.get()).iterator();
            }
        }
        return List.<NotFinite>of().iterator();
    }

    private static SerializableConfiguration hadoop(SparkSession spark) {
        return new SerializableConfiguration(spark.sparkContext().hadoopConfiguration());
    }

    private static long tokenBytes(NpyFile file, HeadLayout layout) {
        return (long) layout.tokenWidth() * file.header().type().bytes();
    }

    private static TokenReader open(NpyFile file, HeadLayout layout, Configuration hadoop) throws IOException {
        TokenReader reader = new TokenReader(file, layout, hadoop);
        TaskContext.get().addTaskCompletionListener((TaskCompletionListener) context -> close(reader));
        return reader;
    }

    private static Stream<QueryRow> queryRows(TokenRange chunk, TokenReader queries) {
        float[][] query = read(queries, chunk);
        return IntStream.range(0, query.length).mapToObj(i -> {
            QueryRow row = new QueryRow();
            row.setSequence(chunk.sequence());
            row.setPosition(chunk.first() + i);
            row.setQuery(query[i]);
            return row;
        });
    }

    private static Stream<KeyValueRow> keyValueRows(TokenRange chunk, TokenReader keys, TokenReader values) {
        float[][] key = read(keys, chunk);
        float[][] value = read(values, chunk);
        return IntStream.range(0, key.length).mapToObj(i -> {
            KeyValueRow row = new KeyValueRow();
            row.setSequence(chunk.sequence());
            row.setPosition(chunk.first() + i);
            row.setKey(key[i]);
            row.setValue(value[i]);
            return row;
        });
    }

    private static float[][] read(TokenReader reader, TokenRange chunk) {
        try {
            return reader.read(chunk.sequence(), chunk.first(), (int) chunk.count());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void close(TokenReader reader) {
        try {
            reader.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
