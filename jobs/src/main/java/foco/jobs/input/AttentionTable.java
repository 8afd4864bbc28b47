package foco.jobs.input;

import foco.driver.Attention;
import foco.driver.block.InvalidInputException;
import foco.driver.file.ParquetTable;
import foco.driver.table.TableColumns;
import foco.jobs.option.AttentionShapes;
import foco.jobs.option.AttentionShapes.Named;
import foco.kernels.AttentionSpec;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import scala.collection.Seq;

/** A Parquet table of tokens, and which attention of them the options ask for. */
public final class AttentionTable {
    private static final String ROTARY_POSITION = "rotary_position";

    private final ParquetTable table;
    private final Optional<ParquetTable> past;
    private final AttentionInput options;
    private final Configuration hadoop;

    /** @throws InvalidInputException if there is no such table */
    public AttentionTable(String table, AttentionInput options, Configuration hadoop) throws IOException {
        this.table = ParquetTable.open(table, hadoop);
        this.past = options.past().table().isPresent()
                ? Optional.of(ParquetTable.open(options.past().table().get(), hadoop))
                : Optional.empty();
        this.options = options;
        this.hadoop = hadoop;
    }

    public Dataset<Row> rows(SparkSession spark) {
        Dataset<Row> rows = table.read(spark);
        if (options.rotary().column().isEmpty()) {
            return rows;
        }
        requireColumn(rows, options.rotary().column().get(), "--rope-positions is a column of the table");
        return rows.withColumn(
                ROTARY_POSITION,
                new TableColumns(rows).column(options.rotary().column().get()));
    }

    /**
     * What to compute, by the first row; that the others are alike is checked as they are read.
     *
     * @param vectors query, key and value, or the key again where no values are asked for
     */
    public AttentionSpec spec(Dataset<Row> rows, List<String> vectors) throws IOException {
        AttentionShapes shapes = shapes(rows, vectors);
        AttentionSpec scored = options.spec(shapes, hadoop);
        return named(() -> scored.withMask(options.mask(rows)));
    }

    /** The attention of {@link #rows} to themselves, and to the past. */
    public Attention attention(SparkSession spark, AttentionSpec spec) throws IOException {
        Attention attention = Attention.of(spec);
        var embedding = options.rotary(spec.keyWidth(), hadoop);
        if (embedding.isPresent()) {
            attention = attention.withRotary(embedding.get());
        }
        return past.isPresent() ? attention.withPast(past.get().read(spark)) : attention;
    }

    /** Has the library's messages say which table they are about. */
    public <T> T named(Supplier<T> work) {
        try {
            return work.get();
        } catch (InvalidInputException e) {
            String place = e.getMessage();
            throw new InvalidInputException(
                    "%s: %s%s".formatted(table.name(), Character.toLowerCase(place.charAt(0)), place.substring(1)));
        }
    }

    private AttentionShapes shapes(Dataset<Row> rows, List<String> vectors) {
        for (String column : vectors) {
            requireColumn(rows, column, "it needs position, query, key and value");
        }
        TableColumns columns = new TableColumns(rows);
        Row[] first = (Row[]) rows.select(vectors.stream()
                        .distinct()
                        .map(name -> columns.column(name).as(name))
                        .toArray(Column[]::new))
                .head(1);
        if (first.length == 0) {
            throw new InvalidInputException(table.name() + " has no rows; give at least one token");
        }
        List<Named> named = vectors.stream()
                .map(column -> new Named(
                        "column %s of %s".formatted(column, table.name()), List.of(1L, width(first[0], column))))
                .toList();
        return AttentionShapes.of(
                named.get(0), named.get(1), named.get(2), options.attention().headCounts());
    }

    private void requireColumn(Dataset<Row> rows, String column, String why) {
        if (!new TableColumns(rows).has(column)) {
            throw new InvalidInputException("%s has no column %s; %s, and has %s"
                    .formatted(table.name(), column, why, String.join(", ", rows.columns())));
        }
    }

    private long width(Row row, String column) {
        Object vector = row.getAs(column);
        if (vector instanceof Seq<?> array) {
            return array.size();
        }
        if (vector instanceof Vector array) {
            return array.size();
        }
        throw new InvalidInputException(
                vector == null
                        ? "%s has a null in column %s; each token needs an array of numbers"
                                .formatted(table.name(), column)
                        : "column %s of %s is neither array<float>, array<double> nor a vector; convert it"
                                .formatted(column, table.name()));
    }
}
