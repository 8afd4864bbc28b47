package foco.driver;

import foco.driver.analysis.AnalysisComputation;
import foco.driver.analysis.AnalysisPart;
import foco.driver.analysis.AnalysisSummary;
import foco.driver.analysis.Statistic;
import foco.driver.analysis.SumRule;
import foco.driver.checkpoint.Checkpoint;
import foco.driver.checkpoint.CheckpointLock;
import foco.driver.meter.Meter;
import foco.driver.result.Open;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Statistics of attention's weights, kept in Spark's block store (memory, then disk) until closed. What is lost with an executor
 * is computed again.
 *
 * <p>Tables have the columns {@code sequence} (of the input's type, 0 if it had none) and {@code head int}, counted from 0; then
 * {@code position int} where a row is of a position; then those of their statistics, as {@link Statistic} describes them. Rows are
 * in the order of sequences, heads and positions, then of what the statistic says. The table {@code positions} has one row for
 * each head and position. Where queries are not the keys, as after a past, {@code positions} is of queries, and what is of keys is
 * in the table {@code keys}.
 */
public final class AnalysisResult implements AutoCloseable {

    /** Below a checkpoint's folder, that of the attention. */
    static final String ATTENTION = "/attention";

    private static final String STATISTICS = "/statistics";

    private final AttentionResult attended;
    private final boolean isOwn;
    private final int statistics;
    private final AnalysisComputation.Finished finished;
    private final Optional<String> folder;
    private final Open open = new Open();

    private AnalysisResult(
            AttentionResult attended,
            boolean isOwn,
            int statistics,
            AnalysisComputation.Finished finished,
            Optional<String> folder) {
        this.folder = folder;
        this.attended = attended;
        this.isOwn = isOwn;
        this.statistics = statistics;
        this.finished = finished;
    }

    /**
     * @param isOwn whether the attention is to be closed with the result
     * @param folder where finished parts are kept, if anywhere
     */
    static AnalysisResult compute(
            AttentionResult attended,
            boolean isOwn,
            List<Statistic<?>> statistics,
            Set<Integer> heads,
            Optional<String> folder) {
        long start = System.nanoTime();
        JavaSparkContext context =
                JavaSparkContext.fromSparkContext(attended.input().queries().context());
        Optional<CheckpointLock> lock = folder.map(named -> Checkpoint.lock(named + STATISTICS, context.sc()));
        try (Meter meter = Meter.start(context)) {
            AnalysisComputation computation = new AnalysisComputation(
                    context.sc(),
                    attended.spec(),
                    attended.conf(),
                    attended.input().withSums(attended.sums()),
                    statistics,
                    heads,
                    lock);
            return new AnalysisResult(attended, isOwn, statistics.size(), computation.run(meter, start), folder);
        } catch (Throwable e) { // Spark throws checked exceptions undeclared
            lock.ifPresent(CheckpointLock::close);
            throw e;
        }
    }

    /** The names of the tables. */
    public List<String> tables() {
        return finished.tables().names(statistics);
    }

    /**
     * A table; it can be read as long as this is not closed, and then fails.
     *
     * @throws IllegalArgumentException if there is none of this name
     * @throws IllegalStateException if this is closed
     */
    public Dataset<Row> table(String name) {
        open.require();
        requireTable(name);
        return finished.table(attended.spark(), name, statistics, open);
    }

    private void requireTable(String name) {
        if (!tables().contains(name)) {
            throw new IllegalArgumentException(
                    "There is no table %s; there are %s.".formatted(name, String.join(", ", tables())));
        }
    }

    /**
     * The columns of a table, as {@link #parts} has them.
     *
     * @throws IllegalArgumentException if there is none of this name
     */
    public StructType type(String name) {
        requireTable(name);
        return finished.tables().type(name, statistics);
    }

    /**
     * All tables side by side, in parts that follow each other in the order of sequences, heads and positions: for a program that
     * takes more than one of them to somewhere else, as one job of Spark's can then take all. They can be read as long as this is
     * not closed.
     *
     * @throws IllegalStateException if this is closed
     */
    public JavaRDD<AnalysisPart> parts() {
        open.require();
        return finished.parts(statistics, open);
    }

    /** The table {@code positions}. */
    public Dataset<Row> positions() {
        return table(Statistic.POSITIONS);
    }

    /** The rules that hold at any length, and how far the weights of each head were from them; all held. */
    public List<SumRule> rules() {
        return finished.rules();
    }

    /** How long the statistics took, and with what; {@link #attention} tells of the attention before. */
    public AnalysisSummary summary() {
        return finished.summary();
    }

    /** The attention that this is of; open as long as this is. */
    public AttentionResult attention() {
        return attended;
    }

    /**
     * Removes the checkpoint that the computation had, if it had one, that of its own attention too: to be called when the tables
     * have been put somewhere else, as they can no longer be read.
     */
    public void deleteCheckpoint() {
        finished.checkpoint().ifPresent(held -> {
            open.close(
                    "The analysis was read from a checkpoint, and that is deleted; read it before deleteCheckpoint().");
            held.delete();
            if (isOwn) {
                attended.deleteCheckpoint();
            }
            Checkpoint.removeIfEmpty(
                    folder.orElseThrow(), attended.input().queries().context().hadoopConfiguration());
        });
    }

    /** Frees what Spark keeps for this result, whose tables cannot be read any more. */
    @Override
    public void close() {
        open.close("The analysis is closed; read its tables before close(), or write them.");
        finished.close();
        if (isOwn) {
            attended.close();
        }
    }
}
