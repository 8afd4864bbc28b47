package foco.driver;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import foco.driver.table.Sequences;
import foco.driver.table.TokenRow;
import foco.driver.table.TokenTable;
import foco.driver.table.VectorColumn;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;

/**
 * Where the new tokens of each sequence stand, and the keys and values of the tokens before them: a decoder's cache.
 *
 * @param table {@code sequence?, position, key, value}, if there are keys to put before
 * @param lengths the keys before a sequence's first query, by its name
 * @param everywhere those before the first query of a sequence that has no entry there
 */
record PastKeys(Optional<Dataset<Row>> table, Map<String, Long> lengths, long everywhere) {

    /** Sequences that a message names. */
    private static final int NAMED = 5;

    /** Queries stand at their own positions. */
    static final PastKeys NONE = offset(0);

    /** No keys to put before; queries stand so many positions further on than their own. */
    static PastKeys offset(long queryOffset) {
        return new PastKeys(Optional.empty(), Map.of(), queryOffset);
    }

    /** The same, sequence by sequence. */
    static PastKeys offsets(Map<String, Long> queryOffsets) {
        return new PastKeys(Optional.empty(), Map.copyOf(queryOffsets), 0);
    }

    /**
     * Counts a table's keys; reads its columns of sequences and positions only.
     *
     * @throws InvalidInputException naming a sequence whose positions do not run from 0 without a gap
     */
    static PastKeys of(Dataset<Row> past) {
        Map<String, Long> lengths = new HashMap<>();
        past.select(
                        TokenTable.sequence(past).as("sequence"),
                        TokenTable.position(past).as("position"))
                .groupBy("sequence")
                .agg(count(lit(1)), min("position"), max("position"))
                .toLocalIterator()
                .forEachRemaining(row -> lengths.put(row.getString(0), length(row)));
        return new PastKeys(Optional.of(past), lengths, 0);
    }

    private static long length(Row row) {
        long rows = row.getLong(1);
        if (row.getLong(2) != 0 || row.getLong(3) != rows - 1) {
            throw new InvalidInputException(
                    "The past of sequence %s has %d rows, and their positions do not run from 0 to %d; each needs one."
                            .formatted(row.getString(0), rows, rows - 1));
        }
        return rows;
    }

    /**
     * Checks that each sequence that stands somewhere of its own is there.
     *
     * @param queries the sequences of the queries
     * @param keys those of all keys, the past's among them
     * @throws InvalidInputException naming a sequence that is not among those of the queries and of the further keys
     */
    void requireSequences(Sequences queries, Sequences keys) {
        for (String name : new TreeSet<>(lengths.keySet())) {
            int key = keys.index(name);
            boolean furtherKeys = key >= 0 && (isEmpty() || keys.length(key) > length(name));
            if (queries.index(name) < 0 && !furtherKeys) {
                throw new InvalidInputException(
                        "%s sequence %s, and the tokens' sequences are %s; name it as the tokens do, or leave it out."
                                .formatted(
                                        isEmpty() ? "There is a query offset for" : "The past has keys of",
                                        name,
                                        some(queries)));
            }
        }
    }

    private static String some(Sequences sequences) {
        String names = IntStream.range(0, Math.min(sequences.count(), NAMED))
                .mapToObj(sequences::name)
                .collect(Collectors.joining(", "));
        return sequences.count() > NAMED ? "%s and %,d more".formatted(names, sequences.count() - NAMED) : names;
    }

    boolean isEmpty() {
        return table.isEmpty();
    }

    /** The keys before the first query of a sequence. */
    long length(String sequence) {
        return lengths.getOrDefault(sequence, everywhere);
    }

    /** The keys that were turned before, by sequence. */
    Map<String, Long> turned() {
        return isEmpty() ? Map.of() : lengths;
    }

    /** Whether queries stand at their own positions. */
    boolean isNone() {
        return isEmpty() && everywhere == 0 && lengths.isEmpty();
    }

    /** The rows of queries, their rotary positions counted from the past's start. */
    Dataset<TokenRow> queries(Dataset<Row> queries, VectorColumn query) {
        Dataset<TokenRow> rows = TokenTable.rows(queries, query);
        return isNone() || hasRotaryPositions(queries) ? rows : moved(rows, TokenTable.ROTARY);
    }

    /** The past's vectors, and after them those of a table of further keys. */
    Dataset<TokenRow> before(Dataset<Row> keys, VectorColumn... columns) {
        Dataset<TokenRow> rows = TokenTable.rows(keys, columns);
        if (table.isEmpty()) {
            return rows;
        }
        Dataset<TokenRow> moved = moved(rows, TokenTable.POSITION);
        return TokenTable.rows(table.get(), columns)
                .union(hasRotaryPositions(keys) ? moved : moved(moved, TokenTable.ROTARY));
    }

    /** The keys of sequences whose new tokens are counted. */
    Sequences before(Sequences tokens) {
        if (isEmpty()) {
            return tokens;
        }
        Map<String, Long> keys = new TreeMap<>(lengths);
        for (int s = 0; s < tokens.count(); s++) {
            keys.merge(tokens.name(s), tokens.length(s), Long::sum);
        }
        return Sequences.of(keys);
    }

    private static boolean hasRotaryPositions(Dataset<Row> table) {
        return Arrays.asList(table.columns()).contains(TokenTable.ROTARY_POSITION);
    }

    /** Positions that are wrong, negative or missing, stay as they are, to be reported so. */
    private Dataset<TokenRow> moved(Dataset<TokenRow> rows, String column) {
        Map<String, Long> moves = lengths;
        long otherwise = everywhere;
        Column move = udf((UDF1<String, Long>) sequence -> moves.getOrDefault(sequence, otherwise), DataTypes.LongType)
                .apply(col(TokenTable.SEQUENCE));
        Column position = col(column);
        return rows.withColumn(
                        column, when(position.geq(0), position.plus(move)).otherwise(position))
                .as(Encoders.bean(TokenRow.class));
    }
}
