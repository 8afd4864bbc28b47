package foco.driver;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;

import foco.driver.block.InvalidInputException;
import foco.driver.table.TableColumns;
import foco.driver.table.TokenTable;
import foco.kernels.mask.Mask;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Documents packed one after another into sequences, told apart by a column of their identifiers. */
public final class PackedDocuments {

    private PackedDocuments() {}

    /**
     * The mask under which a token sees its own document.
     *
     * <pre>{@code
     * Mask mask = PackedDocuments.mask(tokens, "document").and(Mask.causal());
     * }</pre>
     *
     * @param tokens {@code sequence?, position} and the column, of any type that Spark can group by; the positions of a
     *     document follow one another
     * @throws InvalidInputException naming a column that is missing, a position without a document, or a document in
     *     pieces
     */
    public static Mask mask(Dataset<Row> tokens, String column) {
        Map<String, List<Long>> lengths = new LinkedHashMap<>();
        tokens.select(
                        TokenTable.sequence(tokens).as("sequence"),
                        new TableColumns(tokens).column(column).as("document"),
                        TokenTable.position(tokens).as("position"))
                // Rows without a position are the table's own fault, to be told with its others.
                .where(col("position").notEqual(TokenTable.NO_POSITION))
                .groupBy("sequence", "document")
                .agg(min("position"), max("position"), count(lit(1)))
                .orderBy(col("sequence"), col("document").isNotNull(), col("min(position)"))
                .toLocalIterator()
                .forEachRemaining(document -> lengths.computeIfAbsent(document.getString(0), s -> new ArrayList<>())
                        .add(length(document, column)));
        Map<String, Mask> masks = new HashMap<>();
        lengths.forEach((name, all) -> masks.put(
                name, Mask.documents(all.stream().mapToLong(Long::longValue).toArray())));
        return Mask.bySequence(masks);
    }

    /** The tokens of one row of {@code sequence, document, first position, last position, tokens}. */
    private static long length(Row document, String column) {
        long first = document.getLong(2);
        long last = document.getLong(3);
        long tokens = document.getLong(4);
        if (document.isNullAt(1)) {
            throw new InvalidInputException(
                    "Column %s is empty at position %d of sequence %s; each token needs a document."
                            .formatted(column, first, document.getString(0)));
        }
        if (last - first + 1 != tokens) {
            throw new InvalidInputException(
                    "Document %s of sequence %s has %d tokens between positions %d and %d; they must follow one another."
                            .formatted(document.get(1), document.getString(0), tokens, first, last));
        }
        return tokens;
    }
}
