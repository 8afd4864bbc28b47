package foco.jobs.encode;

import foco.driver.block.InvalidInputException;
import foco.driver.file.ParquetTable;
import foco.driver.text.Document;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A Parquet table of texts. */
final class TextTable {

    private static final String TEXT = "text";
    private static final String DOCUMENT = "document";

    private TextTable() {}

    /**
     * Reads the texts in the table's order.
     *
     * @throws InvalidInputException if there is no column {@code text}, a text is missing, or there is none
     */
    public static List<Document> read(ParquetTable table, SparkSession spark) {
        Dataset<Row> rows = table.read(spark);
        List<String> columns = Arrays.asList(rows.columns());
        if (!columns.contains(TEXT)) {
            throw new InvalidInputException(
                    "%s has no column %s; it has %s".formatted(table.name(), TEXT, String.join(", ", columns)));
        }
        boolean named = columns.contains(DOCUMENT);
        Dataset<Row> texts = named
                ? rows.selectExpr("cast(%s as string)".formatted(DOCUMENT), "cast(%s as string)".formatted(TEXT))
                : rows.selectExpr("cast(%s as string)".formatted(TEXT));
        List<Document> all = new ArrayList<>();
        for (Row row : texts.collectAsList()) {
            String name = named && !row.isNullAt(0) ? row.getString(0) : "row %d".formatted(all.size());
            if (row.isNullAt(named ? 1 : 0)) {
                throw new InvalidInputException("%s: %s has no text; leave it out".formatted(table.name(), name));
            }
            all.add(new Document(name, row.getString(named ? 1 : 0)));
        }
        if (all.isEmpty()) {
            throw new InvalidInputException(table.name() + " holds no rows; give a text or more");
        }
        return all;
    }
}
