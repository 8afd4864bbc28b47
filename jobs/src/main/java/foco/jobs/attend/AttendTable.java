package foco.jobs.attend;

import foco.driver.Attention;
import foco.driver.AttentionResult;
import foco.driver.block.InvalidInputException;
import foco.driver.storage.OutputTarget;
import foco.driver.storage.PendingOutputs;
import foco.jobs.input.AttentionTable;
import foco.jobs.option.CheckpointOptions;
import foco.jobs.session.FocoSession;
import foco.kernels.AttentionSpec;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Attention from a Parquet table of tokens to another, of {@code sequence, position, output, lse}. */
final class AttendTable implements AttendJob {
    private static final List<String> VECTORS = List.of("query", "key", "value");

    private final AttentionTable table;
    private final OutputTarget output;
    private final Optional<OutputTarget> present;
    private final boolean causal;
    private final Optional<String> checkpoint;

    /** @throws InvalidInputException if the output cannot be written */
    AttendTable(
            AttentionTable table,
            OutputOptions outputs,
            boolean causal,
            CheckpointOptions checkpoint,
            Configuration hadoop)
            throws IOException {
        this.table = table;
        this.causal = causal;
        this.output = OutputTarget.newDirectory(outputs.output(), hadoop);
        this.present = outputs.present().isPresent()
                ? Optional.of(OutputTarget.newDirectory(outputs.present().get(), hadoop))
                : Optional.empty();
        if (present.isPresent() && output.isSameAs(present.get())) {
            throw new InvalidInputException("two outputs are both %s; name two tables".formatted(output.name()));
        }
        this.checkpoint = checkpoint.folder(
                hadoop, Stream.concat(Stream.of(output), present.stream()).toList());
    }

    @Override
    public AttendReport run(SparkContext context, Map<String, String> settings) throws IOException {
        SparkSession spark = FocoSession.sql(context, settings);
        Dataset<Row> tokens = table.rows(spark);
        AttentionSpec spec = table.spec(tokens, VECTORS);
        Attention attention = table.attention(spark, spec);
        Attention kept = checkpoint.map(attention::withCheckpoint).orElse(attention);
        try (AttentionResult result = table.named(() -> kept.attend(tokens));
                PendingOutputs pending = new PendingOutputs(context.hadoopConfiguration())) {
            result.rows().write().parquet(pending.directory(output));
            if (present.isPresent()) {
                result.present().write().parquet(pending.directory(present.get()));
            }
            pending.commit();
            result.deleteCheckpoint();
            return new AttendReport(result.summary(), spec, causal, output.name(), Optional.empty());
        }
    }
}
