package foco.driver;

import foco.driver.checkpoint.Checkpoint;
import foco.driver.checkpoint.CheckpointException;
import foco.driver.plan.AttentionPlan;
import foco.driver.plan.Cluster;
import foco.driver.plan.Work;
import foco.driver.strategy.AttentionInput;
import foco.driver.strategy.Meter;
import foco.driver.strategy.Strategy;
import foco.driver.table.Sequences;
import foco.driver.table.TokenTable;
import foco.driver.table.VectorColumn;
import foco.kernels.AttentionSpec;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Exact attention over the rows of a DataFrame, on whatever cluster its session runs:
 *
 * <pre>{@code
 * AttentionSpec spec = AttentionSpec.of(8, 64).withKeyValueHeads(2).withMask(Mask.causal());
 * try (AttentionResult result = Attention.of(spec).attend(tokens)) {
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
    private final Optional<String> checkpoint;

    private Attention(AttentionSpec spec, Optional<String> checkpoint) {
        this.spec = spec;
        this.checkpoint = checkpoint;
    }

    public static Attention of(AttentionSpec spec) {
        return new Attention(spec, Optional.empty());
    }

    /**
     * The same, with its finished parts kept in files as it goes. If it is ended by whatever, the next computation of
     * the same attention over the same input, with the same folder, goes on where it was. Its result is read from these
     * files; they stay until {@link AttentionResult#deleteCheckpoint}.
     *
     * @param folder new, empty, or with the checkpoint of this computation, in any file system that Hadoop knows and
     *     every executor reaches
     */
    public Attention withCheckpoint(String folder) {
        return new Attention(spec, Optional.of(folder));
    }

    /**
     * Self-attention.
     *
     * @param tokens {@code sequence?, position, query [heads * keyWidth], key [keyValueHeads * keyWidth],
     *     value [keyValueHeads * valueWidth]}
     * @return the finished attention of every row; to be closed
     * @throws InvalidInputException naming the first place where the table is not as described
     * @throws CheckpointException if there is a checkpoint that cannot be used
     */
    public AttentionResult attend(Dataset<Row> tokens) {
        long start = System.nanoTime();
        SparkSession spark = tokens.sparkSession();
        FocoConf conf = FocoConf.of(spark);
        checkCheckpoint(spark);
        try (Meter meter = Meter.start(JavaSparkContext.fromSparkContext(spark.sparkContext()))) {
            TokenTable table = TokenTable.read(tokens, conf, query(spec), key(spec), value(spec));
            return attend(spark, conf, new AttentionInput(table, 0, table, 1), meter, start);
        }
    }

    /**
     * Attention of some tokens over others.
     *
     * @param queries {@code sequence?, position, query [heads * keyWidth]}
     * @param keysAndValues {@code sequence?, position, key [keyValueHeads * keyWidth],
     *     value [keyValueHeads * valueWidth]}; of any number of rows, for every sequence of {@code queries}
     * @return the finished attention of every row of {@code queries}; to be closed
     * @throws InvalidInputException naming the first place where a table is not as described
     * @throws CheckpointException if there is a checkpoint that cannot be used
     */
    public AttentionResult attend(Dataset<Row> queries, Dataset<Row> keysAndValues) {
        long start = System.nanoTime();
        SparkSession spark = queries.sparkSession();
        FocoConf conf = FocoConf.of(spark);
        checkCheckpoint(spark);
        try (Meter meter = Meter.start(JavaSparkContext.fromSparkContext(spark.sparkContext()))) {
            TokenTable queryTable = TokenTable.read(queries, conf, query(spec));
            TokenTable keyTable = TokenTable.read(keysAndValues, conf, key(spec), value(spec));
            AttentionInput input = new AttentionInput(queryTable, 0, keyTable, 0);
            requireKeys(input);
            return attend(spark, conf, input, meter, start);
        }
    }

    static void requireKeys(AttentionInput input) {
        Sequences queries = input.queries().sequences();
        for (int s = 0; s < queries.count(); s++) {
            if (input.keys().sequences().index(queries.name(s)) < 0) {
                throw new InvalidInputException(
                        "Sequence %s has queries but no keys; give it keys and values, or leave it out."
                                .formatted(queries.name(s)));
            }
        }
    }

    private AttentionResult attend(SparkSession spark, FocoConf conf, AttentionInput input, Meter meter, long start) {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        return AttentionResult.compute(
                spark,
                spec,
                conf,
                input,
                plan -> Strategy.of(plan, conf, input, context, meter),
                checkpoint,
                meter,
                start);
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
        Sequences sequences = TokenTable.count(tokens);
        Work work = Work.of(spec, sequences, sequences, conf.blockRows());
        Cluster cluster = Cluster.of(JavaSparkContext.fromSparkContext(spark.sparkContext()));
        return AttentionPlan.of(spec, work, sequences, sequences, conf, cluster);
    }

    /** Before the input is read, which may take long. */
    private void checkCheckpoint(SparkSession spark) {
        checkpoint.ifPresent(
                folder -> Checkpoint.check(folder, spark.sparkContext().hadoopConfiguration()));
    }

    static VectorColumn query(AttentionSpec spec) {
        return new VectorColumn("query", spec.heads(), spec.keyWidth());
    }

    static VectorColumn key(AttentionSpec spec) {
        return new VectorColumn("key", spec.keyValueHeads(), spec.keyWidth());
    }

    static VectorColumn value(AttentionSpec spec) {
        return new VectorColumn("value", spec.keyValueHeads(), spec.valueWidth());
    }
}
