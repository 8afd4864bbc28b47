package foco.driver;

import static org.apache.spark.sql.functions.col;

import foco.driver.block.TokenBlocks;
import foco.driver.block.VectorColumn;
import foco.driver.checkpoint.Checkpoint;
import foco.driver.checkpoint.CheckpointLock;
import foco.driver.cluster.Fetching;
import foco.driver.cluster.SparkInternals;
import foco.driver.meter.Meter;
import foco.driver.plan.AttentionPlan;
import foco.driver.result.AttentionComputation;
import foco.driver.result.AttentionSummary;
import foco.driver.result.Open;
import foco.driver.result.OutputBlock;
import foco.driver.result.ResultRow;
import foco.driver.settings.FocoConf;
import foco.driver.shared.Shared;
import foco.driver.strategy.AttentionInput;
import foco.driver.strategy.Strategy;
import foco.driver.sweep.HeadOutput;
import foco.driver.table.TokenTable;
import foco.driver.weights.AttentionWeights;
import foco.driver.weights.WeightRow;
import foco.driver.weights.WeightRows;
import foco.driver.weights.WeightSelection;
import foco.driver.weights.WeightTables;
import foco.kernels.AttentionSpec;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Finished attention, kept in Spark's block store (memory, then disk) until closed. Blocks that are lost with an
 * executor are computed again.
 */
public final class AttentionResult implements AutoCloseable {

    private final Optional<SparkSession> session;
    private final AttentionSpec spec;
    private final FocoConf conf;
    private final AttentionInput input;
    private final List<TokenBlocks> opened;
    private final Strategy<HeadOutput> strategy;
    private final AttentionComputation.Outputs outputs;
    private final AttentionSummary summary;
    private final Optional<Checkpoint<HeadOutput>> checkpoint;
    private final Open open = new Open();

    private AttentionResult(
            Optional<SparkSession> session,
            AttentionSpec spec,
            FocoConf conf,
            AttentionInput input,
            List<TokenBlocks> opened,
            AttentionComputation.Finished finished) {
        this.session = session;
        this.spec = spec;
        this.conf = conf;
        this.input = input;
        this.opened = List.copyOf(opened);
        this.strategy = finished.strategy();
        this.outputs = finished.outputs().whileIs(open);
        this.summary = finished.summary();
        this.checkpoint = finished.checkpoint();
    }

    /**
     * Computes and keeps the attention of the input's queries.
     *
     * @param session in which the result becomes a table, if it is not the active one
     * @param opened what is to be closed with the result
     * @param strategies gives the strategy that was planned
     * @param checkpointLock of the folder where finished items are kept in place of Spark's block store, if anywhere
     */
    static AttentionResult compute(
            Optional<SparkSession> session,
            AttentionSpec spec,
            FocoConf conf,
            AttentionInput input,
            List<TokenBlocks> opened,
            Function<AttentionPlan, Strategy<HeadOutput>> strategies,
            Optional<CheckpointLock> checkpointLock,
            Meter meter,
            long startNanos) {
        AttentionComputation computation =
                new AttentionComputation(input.queries().context(), spec, conf, input, checkpointLock, meter);
        return new AttentionResult(session, spec, conf, input, opened, computation.run(strategies, startNanos));
    }

    /**
     * The result as a table: {@code sequence} (of the input's type, 0 if it had none), {@code position bigint},
     * {@code output array<float> [heads * valueWidth]}, {@code lse array<float> [heads]} (natural logarithm). In the
     * order of sequences and positions. It can be read as long as this is not closed, and then fails.
     *
     * @throws IllegalStateException if this is closed
     */
    public Dataset<Row> rows() {
        AttentionSpec shapes = spec.shapes();
        open.require();
        JavaRDD<ResultRow> rows = outputs.blocks().flatMap(block -> rows(shapes, block));
        return spark().createDataset(rows.rdd(), Encoders.bean(ResultRow.class))
                .select(
                        col("sequence").cast(input.queries().sequenceType()).as("sequence"),
                        col("position"),
                        col("output"),
                        col("lse"));
    }

    private static Iterator<ResultRow> rows(AttentionSpec spec, OutputBlock block) {
        int width = spec.outputRowWidth();
        int heads = spec.heads();
        return IntStream.range(0, block.rows())
                .mapToObj(i -> new ResultRow(
                        block.sequence(),
                        block.firstPosition() + i,
                        Arrays.copyOfRange(block.output(), i * width, (i + 1) * width),
                        Arrays.copyOfRange(block.lse(), i * heads, (i + 1) * heads)))
                .iterator();
    }

    /**
     * The keys and values that were attended to, those of the past first and the keys turned by rotary embedding: the past
     * of the next step.
     *
     * @return {@code sequence} (of the type of the queries'), {@code position bigint}, {@code key array<float>},
     *     {@code value array<float>}, in no order
     */
    public Dataset<Row> present() {
        return TokenTable.rows(spark(), presentTokens());
    }

    /** {@link #present} as blocks with the columns {@code key} and {@code value}; to be read while this is open. */
    public TokenBlocks presentTokens() {
        return input.keys().select("key", "value");
    }

    /**
     * The result as blocks with the column {@code output}, {@code [heads * valueWidth]}: the input of what comes next,
     * without becoming rows. To be read while this is open.
     *
     * @throws IllegalStateException if this is closed
     */
    public TokenBlocks tokens() {
        open.require();
        TokenBlocks queries = input.queries();
        return TokenBlocks.checked(
                queries.context(),
                queries.conf(),
                queries.sequences(),
                queries.sequenceType(),
                List.of(new VectorColumn("output", spec.heads(), spec.valueWidth())),
                false,
                outputs.byLayout(queries.layout(), OutputBlock::output),
                () -> {});
    }

    /**
     * The result as it lies on the executors, in the order of sequences and positions; to be read while this is open.
     *
     * @throws IllegalStateException if this is closed
     */
    public JavaRDD<OutputBlock> outputBlocks() {
        open.require();
        return outputs.blocks();
    }

    /**
     * The result gathered to the driver a few blocks at a time, in the order of sequences and positions.
     *
     * @throws IllegalStateException if this is closed, also while blocks are being gathered
     */
    public Iterator<OutputBlock> blocks() {
        open.require();
        Iterator<OutputBlock> all = Fetching.of(input.queries().context())
                .gather(outputs.blocks(), 4L * summary.tokens() * (spec.outputRowWidth() + spec.heads()));
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                open.require();
                return all.hasNext();
            }

            @Override
            public OutputBlock next() {
                open.require();
                return all.next();
            }
        };
    }

    /** The log-sum-exps as blocks with one column, {@code [heads]}, of the queries' sequences in the queries' blocks. */
    TokenBlocks sums() {
        open.require();
        TokenBlocks queries = input.queries();
        return TokenBlocks.checked(
                queries.context(),
                queries.conf(),
                queries.sequences(),
                queries.sequenceType(),
                List.of(new VectorColumn("lse", spec.heads(), 1)),
                false,
                outputs.byLayout(queries.layout(), OutputBlock::lse),
                () -> {});
    }

    /** What was computed. */
    public AttentionSpec spec() {
        return spec;
    }

    FocoConf conf() {
        return conf;
    }

    AttentionInput input() {
        return input;
    }

    SparkSession spark() {
        return session.orElseGet(() -> SparkInternals.session(input.queries().context()));
    }

    /** How long it took, and with what. */
    public AttentionSummary summary() {
        return summary;
    }

    /**
     * The exact softmax weights of chosen queries over all keys of their sequence, in float64 arithmetic.
     *
     * @return one for every position and head, in the order of {@code positions}, then of heads
     * @throws IllegalArgumentException if there is no such sequence or position, or the weights would take more than
     *     1 GiB
     */
    public List<AttentionWeights> weights(String sequence, long... positions) {
        return weightRows(WeightSelection.of(positions).inSequences(sequence)).collect().stream()
                .map(row -> new AttentionWeights(row.getSequence(), row.getPosition(), row.getHead(), row.getValues()))
                .toList();
    }

    /**
     * The exact weights, or scores at an earlier stage, of what is selected; computed in float64 when they are asked for.
     *
     * @return {@code sequence} (of the input's type), {@code position bigint}, {@code head int}, {@code first_key bigint},
     *     {@code weights array<float>}, the first of which is that of {@code first_key}; scores are in a column
     *     {@code scores} in place of {@code weights}
     * @throws IllegalArgumentException if something is selected that is not there, or more than a GiB of weights
     */
    public Dataset<Row> weights(WeightSelection selection) {
        return WeightTables.of(spark(), input, selection, weightRows(selection));
    }

    private JavaRDD<WeightRow> weightRows(WeightSelection selection) {
        JavaSparkContext context =
                JavaSparkContext.fromSparkContext(input.queries().context());
        return WeightRows.of(context, spec, conf.keyValueType(), input, selection);
    }

    /** Frees what Spark keeps for the outputs; if they are read after this, they are computed again. */
    public void release() {
        outputs.free();
    }

    /**
     * Removes the checkpoint that the computation had, if it had one: to be called when the result has been put
     * somewhere else, as the result can no longer be read.
     */
    public void deleteCheckpoint() {
        checkpoint.ifPresent(held -> {
            open.close(
                    "The result was read from a checkpoint, and that is deleted; read it before deleteCheckpoint().");
            held.delete();
        });
    }

    /**
     * Frees what Spark keeps for this result, whose rows and blocks cannot be read any more. A checkpoint stays, for whoever
     * comes next.
     */
    @Override
    public void close() {
        open.close("The attention result is closed; read rows() before close(), or write them to a table.");
        checkpoint.ifPresent(Checkpoint::close);
        outputs.free();
        strategy.close();
        opened.forEach(TokenBlocks::close);
        // Not closed, as present() may still be read.
        input.rotary().ifPresent(Shared::release);
    }
}
