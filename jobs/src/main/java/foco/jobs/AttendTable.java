package foco.jobs;

import foco.driver.Attention;
import foco.driver.AttentionResult;
import foco.driver.InvalidInputException;
import foco.jobs.AttentionShapes.Named;
import foco.jobs.io.OutputTarget;
import foco.jobs.io.ParquetTable;
import foco.jobs.io.PendingOutputs;
import foco.kernels.AttentionSpec;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import scala.collection.Seq;

/** Attention from a Parquet table of tokens to another, of {@code sequence, position, output, lse}. */
final class AttendTable implements AttendJob {
    private static final List<String> VECTORS = List.of("query", "key", "value");

    private final ParquetTable table;
    private final OutputTarget output;
    private final AttentionOptions options;
    private final ScoreOptions scores;
    private final MaskOptions masks;

    /** @throws InvalidInputException if there is no such table or the output cannot be written */
    AttendTable(
            String table,
            String output,
            AttentionOptions options,
            ScoreOptions scores,
            MaskOptions masks,
            Configuration hadoop)
            throws IOException {
        this.table = ParquetTable.open(table, hadoop);
        this.output = OutputTarget.newDirectory(output, hadoop);
        this.options = options;
        this.scores = scores;
        this.masks = masks;
    }

    @Override
    public AttendReport run(SparkSession spark) throws IOException {
        Dataset<Row> tokens = table.read(spark);
        AttentionShapes shapes = shapes(tokens);
        AttentionSpec scored = scores.apply(
                options.spec(shapes), shapes, masks, spark.sparkContext().hadoopConfiguration());
        AttentionSpec spec = named(() -> scored.withMask(masks.mask(tokens)));
        try (AttentionResult result = named(() -> Attention.of(spec).attend(tokens));
                PendingOutputs pending = new PendingOutputs(spark.sparkContext().hadoopConfiguration())) {
            result.rows().write().parquet(pending.directory(output));
            pending.commit();
            return new AttendReport(result.summary(), spec, masks.isCausal(), output.name(), Optional.empty());
        }
    }

    /** Has the library's messages say which table they are about. */
    private <T> T named(Supplier<T> work) {
        try {
            return work.get();
        } catch (InvalidInputException e) {
            String place = e.getMessage();
            throw new InvalidInputException(
                    "%s: %s%s".formatted(table.name(), Character.toLowerCase(place.charAt(0)), place.substring(1)));
        }
    }

    /** From the first row; that the others are alike is checked as they are read. */
    private AttentionShapes shapes(Dataset<Row> tokens) {
        List<String> columns = Arrays.asList(tokens.columns());
        for (String column : VECTORS) {
            if (!columns.contains(column)) {
                throw new InvalidInputException(
                        "%s has no column %s; it needs position, query, key and value, and has %s"
                                .formatted(table.name(), column, String.join(", ", columns)));
            }
        }
        Row[] first = (Row[]) tokens.selectExpr("query", "key", "value").head(1);
        if (first.length == 0) {
            throw new InvalidInputException(table.name() + " has no rows; give at least one token");
        }
        List<Named> vectors = VECTORS.stream()
                .map(column -> new Named(
                        "column %s of %s".formatted(column, table.name()), List.of(1L, width(first[0], column))))
                .toList();
        return AttentionShapes.of(
                vectors.get(0), vectors.get(1), vectors.get(2), options.heads(), options.keyValueHeads());
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
