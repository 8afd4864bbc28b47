package foco.driver;

import static org.apache.spark.sql.functions.col;

import foco.driver.checkpoint.Checkpoint;
import foco.driver.plan.AttentionPlan;
import foco.driver.plan.Cluster;
import foco.driver.plan.Work;
import foco.driver.strategy.AttentionInput;
import foco.driver.strategy.HeadOutput;
import foco.driver.strategy.Meter;
import foco.driver.strategy.OutputSink;
import foco.driver.strategy.Strategy;
import foco.driver.table.Sequences;
import foco.kernels.AttentionSpec;
import foco.kernels.Kernels;
import java.io.Serializable;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * Finished attention, kept in Spark's block store (memory, then disk) until closed. Blocks that are lost with an
 * executor are computed again.
 */
public final class AttentionResult implements AutoCloseable {

    /** Output fetched to the driver in one job. */
    private static final long FETCH_BYTES = 128L << 20;

    private final SparkSession spark;
    private final AttentionSpec spec;
    private final FocoConf conf;
    private final AttentionInput input;
    private final Strategy strategy;
    private final JavaRDD<OutputBlock> blocks;
    private final AttentionSummary summary;
    private final Optional<Checkpoint> checkpoint;

    private AttentionResult(
            SparkSession spark,
            AttentionSpec spec,
            FocoConf conf,
            AttentionInput input,
            Strategy strategy,
            JavaRDD<OutputBlock> blocks,
            AttentionSummary summary,
            Optional<Checkpoint> checkpoint) {
        this.spark = spark;
        this.spec = spec;
        this.conf = conf;
        this.input = input;
        this.strategy = strategy;
        this.blocks = blocks;
        this.summary = summary;
        this.checkpoint = checkpoint;
    }

    /**
     * Computes and keeps the attention of the input's queries.
     *
     * @param strategies gives the strategy that was planned
     * @param checkpointFolder where finished items are kept in place of Spark's block store, if anywhere
     */
    static AttentionResult compute(
            SparkSession spark,
            AttentionSpec spec,
            FocoConf conf,
            AttentionInput input,
            Function<AttentionPlan, Strategy> strategies,
            Optional<String> checkpointFolder,
            Meter meter,
            long startNanos) {
        Sequences queries = input.queries().sequences();
        Sequences keys = input.keys().sequences();
        Work work = Work.of(spec, queries, keys, conf.blockRows());
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        Optional<Checkpoint> checkpoint =
                checkpointFolder.map(folder -> Checkpoint.open(context, folder, spec, conf, input, work));
        int found = checkpoint.map(Checkpoint::held).orElse(0);
        Work missing = checkpoint.map(c -> work.only(item -> !c.holds(item))).orElse(work);
        AttentionPlan plan = AttentionPlan.of(spec, missing, queries, keys, conf, Cluster.of(context));
        Strategy strategy = strategies.apply(plan);
        JavaRDD<OutputBlock> blocks = null;
        try {
            blocks = blocks(spec, conf, queries, strategy, missing, checkpoint);
            List<Report> reports = blocks.mapPartitions(
                            done -> List.of(report(spec, done)).iterator())
                    .collect();
            strategy.release();
            requireFinite(reports);
            double seconds = (System.nanoTime() - startNanos) * 1e-9;
            AttentionSummary summary = new AttentionSummary(
                    queries.positions(),
                    keys.positions(),
                    queries.count(),
                    spec.heads(),
                    work.items().size(),
                    found,
                    plan.strategy().tasks(),
                    seconds,
                    plan.operations() / seconds * 1e-9,
                    Math.max(
                            peakHeap(),
                            reports.stream().mapToLong(Report::peakHeap).max().orElse(0)),
                    reports.stream().map(Report::kernel).distinct().sorted().collect(Collectors.joining(" and ")),
                    plan,
                    meter.traffic(),
                    meter.memory());
            return new AttentionResult(spark, spec, conf, input, strategy, blocks, summary, checkpoint);
        } catch (Throwable e) { // Spark throws checked exceptions undeclared
            if (blocks != null) {
                blocks.unpersist();
            }
            strategy.close();
            throw e;
        }
    }

    private static JavaRDD<OutputBlock> blocks(
            AttentionSpec spec,
            FocoConf conf,
            Sequences queries,
            Strategy strategy,
            Work missing,
            Optional<Checkpoint> checkpoint) {
        BlockOrder order = BlockOrder.of(queries, conf.blockRows(), spec.outputRowWidth());
        JavaPairRDD<Integer, Iterable<HeadOutput>> heads = checkpoint.isPresent()
                ? throughCheckpoint(strategy, missing, checkpoint.get(), order.partitions)
                : strategy.attend(OutputSink.toSpark()).groupByKey(order);
        JavaRDD<OutputBlock> blocks = heads.mapPartitions(grouped -> assemble(spec, order, grouped));
        return checkpoint.isEmpty() ? blocks.persist(StorageLevel.MEMORY_AND_DISK()) : blocks;
    }

    private static void requireFinite(List<Report> reports) {
        reports.stream().map(Report::fault).filter(f -> !f.isEmpty()).findFirst().ifPresent(fault -> {
            throw new InvalidInputException(fault);
        });
    }

    /** Computes what the checkpoint lacks, and reads all from it. */
    private static JavaPairRDD<Integer, Iterable<HeadOutput>> throughCheckpoint(
            Strategy strategy, Work missing, Checkpoint checkpoint, int partitions) {
        if (!missing.items().isEmpty()) {
            strategy.attend(checkpoint.sink()).count();
            checkpoint.refresh();
        }
        return checkpoint.outputs(partitions);
    }

    /** Which query block stands where; as a partitioner it keeps the blocks in order. */
    private static final class BlockOrder extends Partitioner {

        private static final long PARTITION_BYTES = 32L << 20;

        private final List<OutputBlock> outlines;
        private final int partitions;

        private BlockOrder(List<OutputBlock> outlines, int partitions) {
            this.outlines = outlines;
            this.partitions = partitions;
        }

        static BlockOrder of(Sequences sequences, int blockRows, int rowWidth) {
            List<OutputBlock> outlines = new ArrayList<>();
            for (int s = 0; s < sequences.count(); s++) {
                for (long first = 0; first < sequences.length(s); first += blockRows) {
                    int rows = (int) Math.min(blockRows, sequences.length(s) - first);
                    outlines.add(new OutputBlock(sequences.name(s), s, first, rows, new float[0], new float[0]));
                }
            }
            long bytes = 4L * sequences.positions() * rowWidth;
            long wanted = Math.max(Math.min(outlines.size(), 8), bytes / PARTITION_BYTES);
            return new BlockOrder(outlines, (int) Math.min(outlines.size(), wanted));
        }

        @Override
        public int numPartitions() {
            return partitions;
        }

        @Override
        public int getPartition(Object block) {
            return (int) ((long) (Integer) block * partitions / outlines.size());
        }
    }

    private static Iterator<OutputBlock> assemble(
            AttentionSpec spec, BlockOrder order, Iterator<Tuple2<Integer, Iterable<HeadOutput>>> grouped) {
        TreeMap<Integer, Iterable<HeadOutput>> sorted = new TreeMap<>();
        grouped.forEachRemaining(block -> sorted.put(block._1, block._2));
        return sorted.entrySet().stream()
                .map(block -> assemble(spec, order.outlines.get(block.getKey()), block.getValue()))
                .iterator();
    }

    /** Puts the heads of a block side by side. */
    private static OutputBlock assemble(AttentionSpec spec, OutputBlock outline, Iterable<HeadOutput> heads) {
        int rows = outline.rows();
        int width = spec.valueWidth();
        float[] output = new float[rows * spec.outputRowWidth()];
        float[] lse = new float[rows * spec.heads()];
        for (HeadOutput head : heads) {
            for (int i = 0; i < rows; i++) {
                int to = i * spec.outputRowWidth() + head.head() * width;
                System.arraycopy(head.output(), i * width, output, to, width);
                lse[i * spec.heads() + head.head()] = head.lse()[i];
            }
        }
        return new OutputBlock(outline.sequence(), outline.sequenceIndex(), outline.firstPosition(), rows, output, lse);
    }

    /** What a task says of the blocks it has finished. */
    private record Report(long peakHeap, String kernel, String fault) implements Serializable {}

    private static Report report(AttentionSpec spec, Iterator<OutputBlock> blocks) {
        String fault = "";
        while (blocks.hasNext()) {
            OutputBlock block = blocks.next();
            for (int i = 0; i < block.lse().length && fault.isEmpty(); i++) {
                float lse = block.lse()[i];
                if (Float.isNaN(lse) || lse == Float.POSITIVE_INFINITY) {
                    fault =
                            ("The scores of position %d in head %d overflow float32; scale the queries or keys down, or "
                                            + "choose a smaller scale.")
                                    .formatted(block.firstPosition() + i / spec.heads(), i % spec.heads());
                }
            }
        }
        return new Report(peakHeap(), Kernels.create(spec).name(), fault);
    }

    private static long peakHeap() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
    }

    /**
     * The result as a table: {@code sequence} (of the input's type, 0 if it had none), {@code position bigint},
     * {@code output array<float> [heads * valueWidth]}, {@code lse array<float> [heads]} (natural logarithm). In the
     * order of sequences and positions. It can be read as long as this is not closed.
     */
    public Dataset<Row> rows() {
        AttentionSpec attention = spec;
        JavaRDD<ResultRow> rows = blocks.flatMap(block -> rows(attention, block));
        return spark.createDataset(rows.rdd(), Encoders.bean(ResultRow.class))
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

    /** The result gathered to the driver a few blocks at a time, in the order of sequences and positions. */
    public Iterator<OutputBlock> blocks() {
        int partitions = blocks.getNumPartitions();
        long bytes = Math.max(1, 4L * summary.tokens() * spec.outputRowWidth());
        int atOnce = (int) Math.max(1, Math.min(partitions, FETCH_BYTES * partitions / bytes));
        return IntStream.iterate(0, p -> p < partitions, p -> p + atOnce)
                .mapToObj(p ->
                        IntStream.range(p, Math.min(partitions, p + atOnce)).toArray())
                .flatMap(some -> Arrays.stream(blocks.collectPartitions(some)).flatMap(List::stream))
                .iterator();
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
        return WeightRows.of(spec, conf.keyValueType(), input, sequence, positions);
    }

    /**
     * Removes the checkpoint that the computation had, if it had one: to be called when the result has been put
     * somewhere else, as the result can no longer be read.
     */
    public void deleteCheckpoint() {
        checkpoint.ifPresent(Checkpoint::delete);
    }

    /** Frees what Spark keeps for this result. A checkpoint stays. */
    @Override
    public void close() {
        blocks.unpersist();
        strategy.close();
    }
}
