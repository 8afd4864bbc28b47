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
    private final MaskOptions masks;
    private final Optional<String> checkpoint;

    /** @throws InvalidInputException if there is no such table or the output cannot be written */
    AttendTable(
            String table,
            String output,
            AttentionOptions options,
            MaskOptions masks,
            CheckpointOptions checkpoint,
            Configuration hadoop)
            throws IOException {
        this.table = ParquetTable.open(table, hadoop);
        this.output = OutputTarget.newDirectory(output, hadoop);
        this.checkpoint = checkpoint.folder(hadoop, List.of(this.output));
        this.options = options;
        this.masks = masks;
    }

    @Override
    public AttendReport run(SparkSession spark) throws IOException {
        Dataset<Row> tokens = table.read(spark);
        AttentionSpec unmasked = options.spec(shapes(tokens));
        AttentionSpec spec = named(() -> unmasked.withMask(masks.mask(tokens)));
        try (AttentionResult result = named(() -> attention(spec).attend(tokens));
                PendingOutputs pending = new PendingOutputs(spark.sparkContext().hadoopConfiguration())) {
            result.rows().write().parquet(pending.directory(output));
            pending.commit();
            result.deleteCheckpoint();
            return new AttendReport(result.summary(), spec, masks.isCausal(), output.name(), Optional.empty());
        }
    }

    private Attention attention(AttentionSpec spec) {
        Attention attention = Attention.of(spec);
        return checkpoint.map(attention::withCheckpoint).orElse(attention);
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
