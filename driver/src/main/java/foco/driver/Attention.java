package foco.driver;

import foco.driver.block.InvalidInputException;
import foco.driver.block.Sequences;
import foco.driver.block.TokenBlocks;
import foco.driver.block.VectorColumn;
import foco.driver.checkpoint.Checkpoint;
import foco.driver.checkpoint.CheckpointException;
import foco.driver.checkpoint.CheckpointLock;
import foco.driver.input.InputBlocks;
import foco.driver.input.PastSource;
import foco.driver.meter.Meter;
import foco.driver.plan.AttentionPlan;
import foco.driver.plan.Cluster;
import foco.driver.plan.WorkItems;
import foco.driver.settings.FocoConf;
import foco.driver.shared.Shared;
import foco.driver.strategy.AttentionInput;
import foco.driver.strategy.Strategy;
import foco.driver.sweep.AttentionSweep;
import foco.driver.table.TokenTable;
import foco.driver.weights.WeightRows;
import foco.driver.weights.WeightSelection;
import foco.driver.weights.WeightTables;
import foco.kernels.AttentionSpec;
import foco.kernels.dense.RotaryEmbedding;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Exact attention over the rows of a DataFrame, on whatever cluster its session runs:
 *
 * <pre>{@code
 * AttentionSpec spec = AttentionSpec.of(8, 64).withKeyValueHeads(2).withMask(Mask.causal());
 * try (AttentionResult result = Attention.of(spec).withRotary(RotaryEmbedding.of(64)).attend(tokens)) {
 *     result.rows().write().parquet("attention");
 * }
 * }</pre>
 *
 * <p>Tables have a column {@code position} (integral, 0 to n - 1 in each sequence, rows in any order), vector columns
 * (arrays of float or double, or MLlib vectors) with the heads side by side, and, if there is more than one sequence,
 * {@code sequence} (numbers, strings, dates). Sequences attend to themselves only, and may be of unlike lengths.
 */
public final class Attention {

    private final AttentionSpec spec;
    private final Optional<RotaryEmbedding> rotary;
    private final PastSource past;
    private final Optional<String> checkpoint;
    private final InputCheck check;

    /** What is looked at once the input is read and before anything is computed. */
    @FunctionalInterface
    interface InputCheck {

        /** @param placed with each sequence's queries where they stand */
        void of(AttentionSpec placed, FocoConf conf, AttentionInput input);
    }

    private Attention(
            AttentionSpec spec,
            Optional<RotaryEmbedding> rotary,
            PastSource past,
            Optional<String> checkpoint,
            InputCheck check) {
        this.check = check;
        this.spec = spec;
        this.rotary = rotary;
        this.past = past;
        this.checkpoint = checkpoint;
    }

    /** @throws IllegalArgumentException if a mask or score modifier cannot be serialized, which executors need it to be */
    public static Attention of(AttentionSpec spec) {
        requireSerializable(spec);
        return new Attention(spec, Optional.empty(), PastSource.NONE, Optional.empty(), (placed, conf, input) -> {});
    }

    /** What is computed. */
    public AttentionSpec spec() {
        return spec;
    }

    /** The same, with the input looked at before. */
    Attention with(InputCheck before) {
        return new Attention(spec, rotary, past, checkpoint, before);
    }

    /** The same of other attention. */
    public Attention withSpec(AttentionSpec other) {
        return new Attention(other, rotary, past, checkpoint, check);
    }

    /**
     * With queries and keys turned by their positions before they meet. A position is that among the keys, the past
     * counted; or what a table's column {@code rotary_position} (integral) says, as models have it for padded or packed
     * texts.
     *
     * @throws IllegalArgumentException if more elements shall turn than a head has, or if it cannot be serialized
     */
    public Attention withRotary(RotaryEmbedding embedding) {
        requireSerializable(embedding);
        embedding.requireHeadWidth(spec.keyWidth());
        return new Attention(spec, Optional.of(embedding), past, checkpoint, check);
    }

    /**
     * With the keys and values of earlier tokens put before the others: a decoder's cache. Queries and further keys stand
     * after them: masks and score modifiers that go by positions are {@link AttentionSpec#shifted shifted} by as many.
     * Past keys are taken as they are, turned by a rotary embedding already; {@link AttentionResult#present} gives the
     * cache of the next step.
     *
     * @param keysAndValues {@code sequence?, position, key, value}, its positions from 0 in each sequence. Sequences that
     *     are not in it have no past. A sequence in it that has neither queries nor further keys is refused as the
     *     attention is computed, since it may be one of the tokens' under another name: leave out what has ended
     */
    public Attention withPast(Dataset<Row> keysAndValues) {
        return new Attention(spec, rotary, past.with(keysAndValues), checkpoint, check);
    }

    /** {@link #withPast(Dataset)} of blocks with the columns {@code key} and {@code value}. */
    public Attention withPast(TokenBlocks keysAndValues) {
        return new Attention(spec, rotary, past.with(keysAndValues), checkpoint, check);
    }

    /**
     * With query {@code i} standing at position {@code queryOffset + i} of the keys, as where the table of keys holds
     * earlier tokens too. May be negative.
     */
    public Attention withQueryOffset(long queryOffset) {
        return new Attention(spec, rotary, past.with(Map.of(), queryOffset), checkpoint, check);
    }

    /**
     * {@link #withQueryOffset} of each sequence by its name; 0 where it has none. Where only the first {@code valid} keys
     * of a sequence are there ({@link foco.kernels.mask.Mask#validKeys}), and its queries are the last of them, that is
     * {@code valid} less the queries. A name that no sequence has is refused as the attention is computed.
     */
    public Attention withQueryOffsets(Map<String, Long> queryOffsets) {
        return new Attention(spec, rotary, past.with(queryOffsets, 0), checkpoint, check);
    }

    /**
     * The same, with its finished parts kept in files as it goes. If it is ended too early, the next computation of
     * the same attention over the same input, with the same folder, goes on where it was. Its result is read from these
     * files; they stay until {@link AttentionResult#deleteCheckpoint}.
     *
     * <p>The code of a mask or score modifier of your own is part of it: the file of its class with all that is nested in that,
     * and its superclasses and interfaces; of a lambda, the class that it is written in. If one of these was compiled from
     * other code, the folder is refused. What they call in other classes is not seen.
     *
     * @param folder new, empty, or with the checkpoint of this computation, in any file system that Hadoop knows and
     *     every executor reaches
     */
    public Attention withCheckpoint(String folder) {
        return new Attention(spec, rotary, past, Optional.of(folder), check);
    }

    /**
     * Self-attention.
     *
     * @param tokens {@code sequence?, position, query [heads * keyWidth], key [keyValueHeads * keyWidth],
     *     value [keyValueHeads * valueWidth], rotary_position?}
     * @return the finished attention of every row; to be closed
     * @throws InvalidInputException naming the first place where the table is not as described
     * @throws CheckpointException if there is a checkpoint that cannot be used
     */
    public AttentionResult attend(Dataset<Row> tokens) {
        requireOwnPositions();
        FocoConf conf = FocoConf.of(tokens.sparkSession());
        return attend(
                tokens.sparkSession().sparkContext(),
                Optional.of(tokens.sparkSession()),
                conf,
                reads -> reads.input(reads.read(tokens, conf, query(spec), key(spec), value(spec))));
    }

    /**
     * Attention of some tokens over others.
     *
     * @param queries {@code sequence?, position, query [heads * keyWidth], rotary_position?}
     * @param keysAndValues {@code sequence?, position, key [keyValueHeads * keyWidth],
     *     value [keyValueHeads * valueWidth], rotary_position?}; of any number of rows, for every sequence of
     *     {@code queries}
     * @return the finished attention of every row of {@code queries}; to be closed
     * @throws InvalidInputException naming the first place where a table is not as described
     * @throws CheckpointException if there is a checkpoint that cannot be used
     */
    public AttentionResult attend(Dataset<Row> queries, Dataset<Row> keysAndValues) {
        FocoConf conf = FocoConf.of(queries.sparkSession());
        return attend(
                queries.sparkSession().sparkContext(),
                Optional.of(queries.sparkSession()),
                conf,
                reads -> reads.input(
                        reads.read(queries, conf, query(spec)),
                        reads.read(keysAndValues, conf, key(spec), value(spec))));
    }

    /**
     * Self-attention of blocks with the columns {@code query}, {@code key} and {@code value}. No table and nothing of
     * Spark SQL is involved.
     *
     * @return the finished attention of every token; to be closed, after which the blocks are still the caller's
     * @throws InvalidInputException naming the first token that cannot be computed on
     * @throws CheckpointException if there is a checkpoint that cannot be used
     */
    public AttentionResult attend(TokenBlocks tokens) {
        requireOwnPositions();
        return attend(tokens.context(), Optional.empty(), tokens.conf(), reads -> reads.input(tokens));
    }

    /**
     * Attention of blocks with the column {@code query} over blocks with {@code key} and {@code value}.
     *
     * @return the finished attention of every token of {@code queries}; to be closed, after which the blocks are still
     *     the caller's
     * @throws InvalidInputException naming the first token that cannot be computed on
     * @throws CheckpointException if there is a checkpoint that cannot be used
     */
    public AttentionResult attend(TokenBlocks queries, TokenBlocks keysAndValues) {
        return attend(
                queries.context(), Optional.empty(), queries.conf(), reads -> reads.input(queries, keysAndValues));
    }

    /**
     * Weights of self-attention, or scores at an earlier stage, for some queries; without computing attention.
     *
     * @param tokens {@code sequence?, position, query, key, rotary_position?}
     * @return as {@link AttentionResult#weights(WeightSelection)}
     * @throws InvalidInputException naming the first place where the table is not as described
     * @throws IllegalArgumentException if something is selected that is not there, or more than a GiB of weights
     */
    public Dataset<Row> weights(Dataset<Row> tokens, WeightSelection selection) {
        requireOwnPositions();
        return weights(tokens, tokens, selection);
    }

    /**
     * Weights of some tokens over others, or scores at an earlier stage; without computing attention.
     *
     * @param queries {@code sequence?, position, query, rotary_position?}
     * @param keys {@code sequence?, position, key, rotary_position?}
     * @return as {@link AttentionResult#weights(WeightSelection)}
     * @throws InvalidInputException naming the first place where a table is not as described
     * @throws IllegalArgumentException if something is selected that is not there, or more than a GiB of weights
     */
    public Dataset<Row> weights(Dataset<Row> queries, Dataset<Row> keys, WeightSelection selection) {
        FocoConf conf = FocoConf.of(queries.sparkSession());
        InputReads reads = new InputReads(conf, key(spec));
        return weights(
                queries.sparkSession(),
                reads,
                reads.inputOfKeys(reads.read(queries, conf, query(spec)), reads.read(keys, conf, key(spec))),
                selection);
    }

    /**
     * Weights of blocks with the column {@code query} over blocks with {@code key}.
     *
     * @return as {@link AttentionResult#weights(WeightSelection)}
     * @throws InvalidInputException naming the first token that cannot be computed on
     * @throws IllegalArgumentException if something is selected that is not there, or more than a GiB of weights
     */
    public Dataset<Row> weights(SparkSession spark, TokenBlocks queries, TokenBlocks keys, WeightSelection selection) {
        InputReads reads = new InputReads(queries.conf(), key(spec));
        return weights(spark, reads, reads.inputOfKeys(queries, keys), selection);
    }

    private Dataset<Row> weights(
            SparkSession spark, InputReads reads, AttentionInput input, WeightSelection selection) {
        FocoConf conf = input.queries().conf();
        AttentionSpec placed = reads.inputs.spec(input.queries().sequences());
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        return WeightTables.of(
                spark, input, selection, WeightRows.of(context, placed, conf.keyValueType(), input, selection));
    }

    private AttentionResult attend(
            SparkContext spark,
            Optional<SparkSession> session,
            FocoConf conf,
            Function<InputReads, AttentionInput> read) {
        long start = System.nanoTime();
        // Before the input is read, which may take long.
        Optional<CheckpointLock> lock = checkpoint.map(folder -> Checkpoint.lock(folder, spark));
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark);
        InputReads reads = new InputReads(conf, key(spec), value(spec));
        try (Meter meter = Meter.start(context)) {
            AttentionInput input = read.apply(reads);
            input.rotary().ifPresent(meter::sent);
            AttentionSpec placed = reads.inputs.spec(input.queries().sequences());
            check.of(placed, conf, input);
            return AttentionResult.compute(
                    session,
                    placed,
                    conf,
                    input,
                    reads.opened,
                    plan -> Strategy.of(plan, conf, input, new AttentionSweep(), context, meter),
                    lock,
                    meter,
                    start);
        } catch (Throwable e) { // Spark throws checked exceptions undeclared
            lock.ifPresent(CheckpointLock::close);
            reads.opened.forEach(TokenBlocks::close);
            throw e;
        }
    }

    /** What one computation reads; tables that it opens are its own to close. */
    private final class InputReads {

        private final List<TokenBlocks> opened = new ArrayList<>();
        private final InputBlocks inputs;

        /** @param pastColumns what to read of the past */
        InputReads(FocoConf conf, VectorColumn... pastColumns) {
            this.inputs = new InputBlocks(spec, rotary, past.read(conf, opened, pastColumns));
        }

        TokenBlocks read(Dataset<Row> table, FocoConf conf, VectorColumn... columns) {
            TokenBlocks blocks = TokenTable.read(table, conf, columns);
            opened.add(blocks);
            return blocks;
        }

        AttentionInput input(TokenBlocks tokens) {
            return inputs.of(tokens);
        }

        AttentionInput input(TokenBlocks queries, TokenBlocks keysAndValues) {
            return inputs.of(queries, keysAndValues);
        }

        AttentionInput inputOfKeys(TokenBlocks queries, TokenBlocks keys) {
            return inputs.ofKeys(queries, keys);
        }
    }

    /**
     * How self-attention would be computed on the session's cluster and settings, and what it would take. Only the
     * positions are counted; nothing else is read or computed.
     *
     * @param tokens as for {@link #attend(Dataset)}
     * @return lines for people
     * @throws IllegalArgumentException if it does not fit the cluster, saying what would
     */
    public String explain(Dataset<Row> tokens) {
        return plan(tokens).explain();
    }

    /** The plan that {@link #explain} tells. */
    public AttentionPlan plan(Dataset<Row> tokens) {
        SparkSession spark = tokens.sparkSession();
        FocoConf conf = FocoConf.of(spark);
        Sequences queries = TokenTable.count(tokens);
        InputBlocks.Past counted = past.count();
        Sequences keys = past.before(queries, counted);
        counted.requireSequences(queries, keys);
        AttentionSpec placed = new InputBlocks(spec, rotary, counted).spec(queries);
        WorkItems work = WorkItems.of(placed, queries, keys, conf.blockRows());
        Cluster cluster = Cluster.of(JavaSparkContext.fromSparkContext(spark.sparkContext()));
        long rotaryBytes = rotary.map(Shared::bytes).orElse(0L);
        return AttentionPlan.of(placed, work, queries, keys, conf, cluster, rotaryBytes);
    }

    private void requireOwnPositions() {
        if (past.isOffset()) {
            throw new IllegalArgumentException(
                    "In self-attention queries stand where their keys do; leave out the query offset.");
        }
    }

    /** Here, where a program names it, and not only where Spark sends it. */
    static void requireSerializable(Serializable sent) {
        Shared.bytes(sent);
    }

    static VectorColumn query(AttentionSpec spec) {
        return new VectorColumn(InputBlocks.QUERY, spec.heads(), spec.keyWidth());
    }

    static VectorColumn key(AttentionSpec spec) {
        return new VectorColumn(InputBlocks.KEY, spec.keyValueHeads(), spec.keyWidth());
    }

    static VectorColumn value(AttentionSpec spec) {
        return new VectorColumn(InputBlocks.VALUE, spec.keyValueHeads(), spec.valueWidth());
    }
}
